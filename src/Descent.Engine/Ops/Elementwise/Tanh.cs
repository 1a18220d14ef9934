using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Hyperbolic tangent: <c>y = tanh x</c>.</summary>
/// <remarks>Gradient: <c>dx = dy·(1 − y²)</c>.</remarks>
public readonly struct Tanh : IUnaryOp
{
    public static string Name => "tanh";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Tanh(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * (V.Const(1) - (y * y));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Tanh"/>
    public Tensor Tanh() => Map<Tanh>();
}
