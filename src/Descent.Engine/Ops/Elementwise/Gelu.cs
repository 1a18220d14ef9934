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
/// Gradient: <c>dx = dy·(½·(1 + t) + ½·x·(1 − t²)·u′)</c> with t = tanh u. Differs from the exact form by less than 5·10⁻⁴; GPT-2 was
/// trained with it.
/// </remarks>
public readonly struct GeluTanh : IUnaryOp
{
    private const double Sqrt2OverPi = 0.79788456080286536;
    private const double Cubic = 0.044715;

    public static string Name => "gelu-tanh";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Const(0.5) * x * (V.Const(1) + Inner(x));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V>
    {
        V t = Inner(x);
        V slope = V.Const(Sqrt2OverPi) * (V.Const(1) + (V.Const(3 * Cubic) * x * x));
        return dy * V.Const(0.5) * (V.Const(1) + t + (x * (V.Const(1) - (t * t)) * slope));
    }

    [MethodImpl(Inline)]
    private static V Inner<V>(V x)
        where V : struct, ILanes<V> => V.Tanh(V.Const(Sqrt2OverPi) * x * (V.Const(1) + (V.Const(Cubic) * x * x)));
}

public sealed partial class Tensor
{
    /// <summary>Gaussian error linear unit, exact (<see cref="Descent.Gelu"/>) or in its tanh form (<see cref="GeluTanh"/>).</summary>
    public Tensor Gelu(bool approximate = false) => approximate ? Map<GeluTanh>() : Map<Gelu>();
}
