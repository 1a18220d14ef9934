using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>The largest integer not above: <c>y = ⌊x⌋</c>.</summary>
/// <remarks>Gradient: 0 everywhere.</remarks>
public readonly struct Floor : IUnaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "floor";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Floor(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.Const(0) * dy;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Floor"/>
    public Tensor Floor() => Map<Floor>();
}
