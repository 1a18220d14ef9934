using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Conjunction: <c>y = a ∧ b</c> as bool, broadcasting; a number counts as true where it is not 0.</summary>
public readonly struct And : IComparison, ICommutative
{
    public static string Name => "and";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> =>
        V.IfEqual(a, V.Const(0), V.Const(0), V.IfEqual(b, V.Const(0), V.Const(0), V.Const(1)));
}

/// <summary>Disjunction: <c>y = a ∨ b</c> as bool, broadcasting; a number counts as true where it is not 0.</summary>
public readonly struct Or : IComparison, ICommutative
{
    public static string Name => "or";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> =>
        V.IfEqual(a, V.Const(0), V.IfEqual(b, V.Const(0), V.Const(0), V.Const(1)), V.Const(1));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.And"/>
    public Tensor And(Tensor other) => Map<And>(this, other);

    /// <inheritdoc cref="Descent.Or"/>
    public Tensor Or(Tensor other) => Map<Or>(this, other);

    /// <summary>Negation: <c>y = ¬x</c> as bool; a number counts as true where it is not 0.</summary>
    public Tensor Not() => EqualTo(Like(0));

    /// <inheritdoc cref="Descent.And"/>
    public static Tensor operator &(Tensor a, Tensor b) => a.And(b);

    /// <inheritdoc cref="Descent.Or"/>
    public static Tensor operator |(Tensor a, Tensor b) => a.Or(b);

    /// <inheritdoc cref="Not"/>
    public static Tensor operator !(Tensor x) => x.Not();
}
