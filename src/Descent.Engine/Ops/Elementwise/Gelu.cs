using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Gaussian error linear unit: <c>y = x·Φ(x) = ½·x·(1 + erf(x / √2))</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy·(Φ(x) + x·φ(x))</c>, where φ is the normal density. Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
/// </remarks>
public readonly struct Gelu : IUnaryOp
{
    private const double InverseSqrt2 = 0.70710678118654752;
    private const double InverseSqrt2Pi = 0.39894228040143268;

    public static string Name => "gelu";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Const(0.5) * x * (V.Const(1) + V.Erf(x * V.Const(InverseSqrt2)));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> =>
        dy * ((V.Const(0.5) * (V.Const(1) + V.Erf(x * V.Const(InverseSqrt2))))
            + (x * V.Const(InverseSqrt2Pi) * V.Exp(V.Const(-0.5) * x * x)));
}

/// <summary>The tanh form of <see cref="Gelu"/>: <c>y = ½·x·(1 + tanh u)</c> with <c>u = √(2/π)·(x + 0.044715·x³)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy·(s + x·s·(1 − s)·2u′)</c> with s = σ(2u). Computed as <c>y = x·σ(2u)</c>, which is the same, costs half and does not cancel
/// where tanh is near −1. Differs from the exact form by less than 5·10⁻⁴; GPT-2 was trained with it.
/// </remarks>
public readonly struct GeluTanh : IUnaryOp
{
    private const double TwoSqrt2OverPi = 1.59576912160573071;
    private const double Cubic = 0.044715;

    public static string Name => "gelu-tanh";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => x / (V.Const(1) + V.Exp(MinusTwoU(x)));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V>
    {
        V s = V.Const(1) / (V.Const(1) + V.Exp(MinusTwoU(x)));
        V slope = V.MultiplyAdd(V.Const(3 * Cubic * TwoSqrt2OverPi) * x, x, V.Const(TwoSqrt2OverPi));
        return dy * V.MultiplyAdd(x * s * (V.Const(1) - s), slope, s);
    }

    [MethodImpl(Inline)]
    private static V MinusTwoU<V>(V x)
        where V : struct, ILanes<V> => x * V.MultiplyAdd(V.Const(-Cubic * TwoSqrt2OverPi) * x, x, V.Const(-TwoSqrt2OverPi));
}

public sealed partial class Tensor
{
    /// <summary>Gaussian error linear unit, exact (<see cref="Descent.Gelu"/>) or in its tanh form (<see cref="GeluTanh"/>).</summary>
    public Tensor Gelu(bool approximate = false) => approximate ? Map<GeluTanh>() : Map<Gelu>();
}
