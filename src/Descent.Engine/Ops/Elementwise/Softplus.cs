using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Softplus, a smooth ReLU: <c>y = log(1 + eˣ)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy·σ(x)</c>. Numerics: written as max(x, 0) + log(1 + u) with u = e^−|x|, so that eˣ cannot
/// overflow, and log(1 + u) as u·log(w) / (w − 1) with w = 1 + u rounded, so that a small u keeps its digits (Goldberg, "What Every Computer
/// Scientist Should Know About Floating-Point Arithmetic", 1991, theorem 4).
/// Dugas et al., "Incorporating Second-Order Functional Knowledge for Better Option Pricing", NIPS 2000.
/// </remarks>
public readonly struct Softplus : IUnaryOp
{
    public static string Name => "softplus";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V>
    {
        V u = V.Exp(-V.Abs(x)), w = V.Const(1) + u;
        return V.Max(x, V.Const(0)) + V.IfEqual(w, V.Const(1), u, V.Log(w) * (u / (w - V.Const(1))));
    }

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy / (V.Const(1) + V.Exp(-x));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Softplus"/>
    public Tensor Softplus() => Map<Softplus>();
}
