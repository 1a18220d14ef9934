using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Scaled exponential linear unit: <c>y = λ·x</c> where x &gt; 0, else <c>λ·α·(eˣ − 1)</c>, with λ = 1.0507 and α = 1.6733.</summary>
/// <remarks>
/// Gradient: <c>dx = λ·dy</c> where x &gt; 0, else <c>λ·α·eˣ·dy</c>, at the kink too. With these two numbers mean 0 and variance 1 are a fixed
/// point of a layer whose weights have mean 0 and variance 1 / fanIn. Numerics: the exponential sees min(x, 0), so that it cannot overflow.
/// Klambauer, Unterthiner, Mayr and Hochreiter, "Self-Normalizing Neural Networks", NIPS 2017.
/// </remarks>
public readonly struct Selu : IUnaryOp
{
    private const double Scale = 1.0507009873554805;
    private const double ScaleAlpha = Scale * 1.6732632423543772;

    public static string Name => "selu";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), V.Const(Scale) * x, V.Const(ScaleAlpha) * (NegativeExp(x) - V.Const(1)));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * V.IfGreater(x, V.Const(0), V.Const(Scale), V.Const(ScaleAlpha) * NegativeExp(x));

    [MethodImpl(Inline)]
    private static V NegativeExp<V>(V x)
        where V : struct, ILanes<V> => V.Exp(V.Min(x, V.Const(0)));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Selu"/>
    public Tensor Selu() => Map<Selu>();
}
