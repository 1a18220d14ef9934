using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Softplus, a smooth ReLU: <c>y = log(1 + eˣ)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy·σ(x)</c>. Numerics: written as max(x, 0) + log(1 + e^−|x|), so that eˣ cannot overflow.
/// Dugas et al., "Incorporating Second-Order Functional Knowledge for Better Option Pricing", NIPS 2000.
/// </remarks>
public readonly struct Softplus : IUnaryOp
{
    public static string Name => "softplus";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Max(x, V.Const(0)) + V.Log(V.Const(1) + V.Exp(-V.Abs(x)));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy / (V.Const(1) + V.Exp(-x));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Softplus"/>
    public Tensor Softplus() => Map<Softplus>();
}
