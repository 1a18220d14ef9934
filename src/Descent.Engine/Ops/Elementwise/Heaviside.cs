using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Step of the perceptron: <c>y = 1</c> where x &gt; 0, else 0.</summary>
/// <remarks>
/// Gradient: 0 everywhere, so that nothing before it learns by descent; the perceptron rule does without. Numerics: NaN gives 0.
/// Rosenblatt, "The perceptron", Psychological Review, 1958.
/// </remarks>
public readonly struct Heaviside : IUnaryOp, IRoundsOnce
{
    public static string Name => "heaviside";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), V.Const(1), V.Const(0));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.Const(0) * dy;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Heaviside"/>
    public Tensor Heaviside() => Map<Heaviside>();
}
