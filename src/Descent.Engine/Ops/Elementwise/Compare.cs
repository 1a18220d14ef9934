using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Comparison: <c>y = a &gt; b</c> as bool, broadcasting; false where either is NaN.</summary>
public readonly struct Greater : IComparison
{
    public static string Name => "greater";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.IfGreater(a, b, V.Const(1), V.Const(0));
}

/// <summary>Comparison: <c>y = (a = b)</c> as bool, broadcasting; false where either is NaN.</summary>
public readonly struct EqualTo : IComparison, ICommutative
{
    public static string Name => "equal";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.IfEqual(a, b, V.Const(1), V.Const(0));
}

/// <summary>Comparison: <c>y = a ≥ b</c> as bool, broadcasting; false where either is NaN.</summary>
public readonly struct GreaterOrEqual : IComparison
{
    public static string Name => "greater-or-equal";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.IfGreater(a, b, V.Const(1), V.IfEqual(a, b, V.Const(1), V.Const(0)));
}

/// <summary>Comparison: <c>y = (a ≠ b)</c> as bool, broadcasting; true where either is NaN.</summary>
public readonly struct NotEqualTo : IComparison, ICommutative
{
    public static string Name => "not-equal";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.IfEqual(a, b, V.Const(0), V.Const(1));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Greater"/>
    public Tensor Greater(Tensor other) => Map<Greater>(this, other);

    /// <inheritdoc cref="Descent.Greater"/>
    public Tensor Less(Tensor other) => Map<Greater>(other, this);

    /// <inheritdoc cref="Descent.GreaterOrEqual"/>
    public Tensor GreaterOrEqual(Tensor other) => Map<GreaterOrEqual>(this, other);

    /// <inheritdoc cref="Descent.GreaterOrEqual"/>
    public Tensor LessOrEqual(Tensor other) => Map<GreaterOrEqual>(other, this);

    /// <inheritdoc cref="Descent.EqualTo"/>
    public Tensor EqualTo(Tensor other) => Map<EqualTo>(this, other);

    /// <inheritdoc cref="Descent.EqualTo"/>
    public Tensor EqualTo(double other) => Map<EqualTo>(this, Like(other));

    /// <inheritdoc cref="Descent.NotEqualTo"/>
    public Tensor NotEqualTo(Tensor other) => Map<NotEqualTo>(this, other);

    /// <inheritdoc cref="Descent.NotEqualTo"/>
    public Tensor NotEqualTo(double other) => Map<NotEqualTo>(this, Like(other));

    /// <inheritdoc cref="Descent.Greater"/>
    public static Tensor operator >(Tensor a, Tensor b) => a.Greater(b);

    /// <inheritdoc cref="Descent.Greater"/>
    public static Tensor operator <(Tensor a, Tensor b) => a.Less(b);

    /// <inheritdoc cref="Descent.Greater"/>
    public static Tensor operator >(Tensor a, double b) => a.Greater(a.Like(b));

    /// <inheritdoc cref="Descent.Greater"/>
    public static Tensor operator <(Tensor a, double b) => a.Less(a.Like(b));

    /// <inheritdoc cref="Descent.GreaterOrEqual"/>
    public static Tensor operator >=(Tensor a, Tensor b) => a.GreaterOrEqual(b);

    /// <inheritdoc cref="Descent.GreaterOrEqual"/>
    public static Tensor operator <=(Tensor a, Tensor b) => a.LessOrEqual(b);

    /// <inheritdoc cref="Descent.GreaterOrEqual"/>
    public static Tensor operator >=(Tensor a, double b) => a.GreaterOrEqual(a.Like(b));

    /// <inheritdoc cref="Descent.GreaterOrEqual"/>
    public static Tensor operator <=(Tensor a, double b) => a.LessOrEqual(a.Like(b));

    /// <summary>condition ? a : b, broadcasting; the condition is true where it is not 0.</summary>
    /// <remarks>Gradients: dy flows to a where the condition holds and to b elsewhere.</remarks>
    public static Tensor Select(Tensor condition, Tensor a, Tensor b) => Apply(Descent.Select.Op, condition, a, b);
}
