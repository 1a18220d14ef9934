using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Square root: <c>y = √x</c>.</summary>
/// <remarks>Gradient: <c>dx = dy / (2y)</c>, infinite at 0. Numerics: NaN below 0.</remarks>
public readonly struct Sqrt : IUnaryOp, IRoundsOnce
{
    public static string Name => "sqrt";

    public static (double Low, double High) Domain => (0.1, 4);

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Sqrt(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.Const(0.5) * dy / y;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Sqrt"/>
    public Tensor Sqrt() => Map<Sqrt>();
}
