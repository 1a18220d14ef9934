using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Cosine of radians: <c>y = cos x</c>.</summary>
/// <remarks>Gradient: <c>dx = −dy·sin x</c>.</remarks>
public readonly struct Cos : IUnaryOp
{
    public static string Name => "cos";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Cos(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => -(dy * V.Sin(x));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Cos"/>
    public Tensor Cos() => Map<Cos>();
}
