using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>The larger: <c>y = max(a, b)</c>, broadcasting.</summary>
/// <remarks>Gradient: dy flows to the larger; at a tie half of dy flows to each. NaN in either gives NaN.</remarks>
public readonly struct Maximum : IBinaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "maximum";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.Max(a, b);

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(a, b, dy, V.IfEqual(a, b, V.Const(0.5) * dy, V.Const(0) * dy));

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(b, a, dy, V.IfEqual(a, b, V.Const(0.5) * dy, V.Const(0) * dy));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Maximum"/>
    public Tensor Max(Tensor other) => Map<Maximum>(this, other);

    /// <inheritdoc cref="Descent.Maximum"/>
    public Tensor Max(double other) => Map<Maximum>(this, Like(other));
}
