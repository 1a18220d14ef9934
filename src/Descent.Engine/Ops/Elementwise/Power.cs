using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Power: <c>y = aᵇ</c>, broadcasting.</summary>
/// <remarks>
/// Gradients: <c>da = dy·b·aᵇ⁻¹</c>, <c>db = dy·y·ln a</c>, taken as 0 where a = 0. Numerics: NaN for negative a and fractional b.
/// </remarks>
public readonly struct Power : IBinaryOp
{
    public static string Name => "power";

    public static (double Low, double High) Domain => (0.2, 3);

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.Pow(a, b);

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy * b * V.Pow(a, b - V.Const(1));

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfEqual(a, V.Const(0), V.Const(0) * dy, dy * y * V.Log(a));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Power"/>
    public Tensor Pow(Tensor other) => Map<Power>(this, other);

    /// <inheritdoc cref="Descent.Power"/>
    public Tensor Pow(double other) => Map<Power>(this, Like(other));
}
