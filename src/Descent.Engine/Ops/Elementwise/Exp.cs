using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Exponential: <c>y = eˣ</c>.</summary>
/// <remarks>Gradient: <c>dx = dy·y</c>. Overflows to infinity above x = 88.7 in f32.</remarks>
public readonly struct Exp : IUnaryOp
{
    public static string Name => "exp";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Exp(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * y;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Exp"/>
    public Tensor Exp() => Map<Exp>();
}
