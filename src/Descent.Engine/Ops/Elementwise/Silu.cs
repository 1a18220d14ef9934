using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Sigmoid linear unit, also called swish: <c>y = x·σ(x)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy·(s + x·s·(1 − s))</c> with s = σ(x). Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017.
/// </remarks>
public readonly struct Silu : IUnaryOp
{
    public static string Name => "silu";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => x / (V.Const(1) + V.Exp(-x));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V>
    {
        V s = V.Const(1) / (V.Const(1) + V.Exp(-x));
        return dy * V.MultiplyAdd(x * s, V.Const(1) - s, s);
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Silu"/>
    public Tensor Silu() => Map<Silu>();
}
