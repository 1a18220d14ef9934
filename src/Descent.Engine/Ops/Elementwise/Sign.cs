using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Sign: <c>y = −1, 0 or 1</c>.</summary>
/// <remarks>Gradient: 0 everywhere. Numerics: NaN gives 0, for no comparison with it holds.</remarks>
public readonly struct Sign : IUnaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "sign";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> =>
        V.IfGreater(x, V.Const(0), V.Const(1), V.IfGreater(V.Const(0), x, V.Const(-1), V.Const(0)));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.Const(0) * dy;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Sign"/>
    public Tensor Sign() => Map<Sign>();
}
