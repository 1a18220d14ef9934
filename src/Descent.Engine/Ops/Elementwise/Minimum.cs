using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>The smaller: <c>y = min(a, b)</c>, broadcasting.</summary>
/// <remarks>Gradient: dy flows to the smaller; at a tie half of dy flows to each. NaN in either gives NaN.</remarks>
public readonly struct Minimum : IBinaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "minimum";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.Min(a, b);

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(b, a, dy, V.IfEqual(a, b, V.Const(0.5) * dy, V.Const(0) * dy));

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(a, b, dy, V.IfEqual(a, b, V.Const(0.5) * dy, V.Const(0) * dy));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Minimum"/>
    public Tensor Min(Tensor other) => Map<Minimum>(this, other);

    /// <inheritdoc cref="Descent.Minimum"/>
    public Tensor Min(double other) => Map<Minimum>(this, Like(other));
}
