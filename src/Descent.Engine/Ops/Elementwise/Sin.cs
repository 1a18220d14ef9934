using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Sine of radians: <c>y = sin x</c>.</summary>
/// <remarks>Gradient: <c>dx = dy·cos x</c>.</remarks>
public readonly struct Sin : IUnaryOp
{
    public static string Name => "sin";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Sin(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * V.Cos(x);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Sin"/>
    public Tensor Sin() => Map<Sin>();
}
