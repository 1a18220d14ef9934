using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Exponential linear unit: <c>y = x</c> where x &gt; 0, else <c>α·(eˣ − 1)</c>.</summary>
/// <remarks>
/// Gradients: <c>dx = dy</c> where x &gt; 0, else <c>dy·α·eˣ</c>, at the kink too; <c>dα = dy·(eˣ − 1)</c> where x ≤ 0.
/// Numerics: the exponential sees min(x, 0), so that it cannot overflow. Clevert, Unterthiner and Hochreiter, ICLR 2016.
/// </remarks>
internal readonly struct Elu : IBinaryOp
{
    public static string Name => "elu";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x, V alpha)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), x, alpha * (NegativeExp(x) - V.Const(1)));

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V x, V alpha, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), dy, dy * alpha * NegativeExp(x));

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V x, V alpha, V y, V dy)
        where V : struct, ILanes<V> => dy * (NegativeExp(x) - V.Const(1));

    [MethodImpl(Inline)]
    private static V NegativeExp<V>(V x)
        where V : struct, ILanes<V> => V.Exp(V.Min(x, V.Const(0)));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Elu"/>
    public Tensor Elu(double alpha = 1) => Map<Elu>(this, Like(alpha));
}
