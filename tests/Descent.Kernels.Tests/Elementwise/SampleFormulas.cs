using System.Runtime.CompilerServices;

namespace Descent.Kernels.Tests;

// Formulas that put every lane member through the loops. Gradients are written by hand, as authors of ops write them.

internal readonly struct ExpOp : IUnaryOp
{
    public static string Name => "exp";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Exp(x);

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * y;
}

internal readonly struct LogOp : IUnaryOp
{
    public static string Name => "log";

    public static (double Low, double High) Domain => (0.1, 4);

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Log(x);

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy / x;
}

internal readonly struct TanhOp : IUnaryOp
{
    public static string Name => "tanh";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Tanh(x);

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * (V.Const(1) - (y * y));
}

internal readonly struct ErfOp : IUnaryOp
{
    public static string Name => "erf";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Erf(x);

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * V.Const(2 / 1.7724538509055159) * V.Exp(-(x * x));
}

internal readonly struct SinOp : IUnaryOp
{
    public static string Name => "sin";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Sin(x);

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * V.Cos(x);
}

internal readonly struct CosOp : IUnaryOp
{
    public static string Name => "cos";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Cos(x);

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * -V.Sin(x);
}

internal readonly struct ReluOp : IUnaryOp
{
    public static string Name => "relu";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Max(x, V.Const(0));

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), dy, V.Const(0));
}

/// <summary>Uses sqrt, abs, floor, min, equality, negation and division in one formula.</summary>
internal readonly struct MixedOp : IUnaryOp
{
    public static string Name => "mixed";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V>
    {
        V root = V.Sqrt(V.Abs(x) + V.Const(1));
        V stairs = V.IfEqual(V.Floor(x), V.Const(1), -x, V.Min(x, V.Const(2)));
        return V.MultiplyAdd(root, stairs, x / root);
    }

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V>
    {
        V one = V.Const(1), zero = V.Const(0);
        V root = V.Sqrt(V.Abs(x) + one);
        V rootSlope = V.Const(0.5) * V.IfGreater(x, zero, one, -one) / root;
        V onStep = V.Floor(x);
        V stairs = V.IfEqual(onStep, one, -x, V.Min(x, V.Const(2)));
        V stairsSlope = V.IfEqual(onStep, one, -one, V.IfGreater(x, V.Const(2), zero, one));
        return dy * ((rootSlope * stairs) + (root * stairsSlope) + ((one - (x * rootSlope / root)) / root));
    }
}

/// <summary>The Gaussian error linear unit, the longest formula in common use.</summary>
internal readonly struct GeluOp : IUnaryOp
{
    private const double InverseRootTwo = 0.70710678118654752, InverseRootTwoPi = 0.39894228040143268;

    public static string Name => "gelu";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Const(0.5) * x * (V.Const(1) + V.Erf(x * V.Const(InverseRootTwo)));

    [MethodImpl(Jit.Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V>
    {
        V cdf = V.Const(0.5) * (V.Const(1) + V.Erf(x * V.Const(InverseRootTwo)));
        return dy * (cdf + (x * V.Const(InverseRootTwoPi) * V.Exp(V.Const(-0.5) * x * x)));
    }
}

internal readonly struct QuotientOp : IBinaryOp
{
    public static string Name => "quotient";

    public static (double Low, double High) Domain => (0.5, 4);

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => a / b;

    [MethodImpl(Jit.Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy / b;

    [MethodImpl(Jit.Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => -(dy * y) / b;
}

internal readonly struct MaxOp : IBinaryOp
{
    public static string Name => "max";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.Max(a, b);

    [MethodImpl(Jit.Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(a, b, dy, V.Const(0));

    [MethodImpl(Jit.Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(a, b, V.Const(0), dy);
}

internal readonly struct MinOp : IBinaryOp
{
    public static string Name => "min";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.Min(a, b);

    [MethodImpl(Jit.Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(b, a, dy, V.Const(0));

    [MethodImpl(Jit.Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(b, a, V.Const(0), dy);
}

internal readonly struct PowOp : IBinaryOp
{
    public static string Name => "pow";

    public static (double Low, double High) Domain => (0.2, 4);

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => V.Pow(a, b);

    [MethodImpl(Jit.Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy * b * V.Pow(a, b - V.Const(1));

    [MethodImpl(Jit.Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy * y * V.Log(a);
}

internal readonly struct SelectOp : ITernaryOp
{
    public static string Name => "select";

    [MethodImpl(Jit.Inline)]
    public static V Forward<V>(V a, V b, V c)
        where V : struct, ILanes<V> => V.MultiplyAdd(a, b, V.IfGreater(a, b, c, -c));
}

internal readonly record struct SgdRule(float Rate) : IUpdateRule
{
    public static int States => 0;

    [MethodImpl(Jit.Inline)]
    public void Step<V>(ref V theta, V g, ref V s0, ref V s1, ref V s2)
        where V : struct, ILanes<V> => theta = theta - (V.Uniform(Rate) * g);
}

internal readonly record struct MomentumRule(float Rate, float Momentum) : IUpdateRule
{
    public static int States => 1;

    [MethodImpl(Jit.Inline)]
    public void Step<V>(ref V theta, V g, ref V velocity, ref V s1, ref V s2)
        where V : struct, ILanes<V>
    {
        velocity = V.MultiplyAdd(V.Uniform(Momentum), velocity, g);
        theta = theta - (V.Uniform(Rate) * velocity);
    }
}

internal readonly record struct AdamRule(float Rate, float Beta1, float Beta2, float Epsilon, float Decay, float Correction1, float Correction2)
    : IUpdateRule
{
    public static int States => 2;

    [MethodImpl(Jit.Inline)]
    public void Step<V>(ref V theta, V g, ref V m, ref V v, ref V s2)
        where V : struct, ILanes<V>
    {
        V b1 = V.Uniform(Beta1), b2 = V.Uniform(Beta2), one = V.Const(1);
        m = (b1 * m) + ((one - b1) * g);
        v = (b2 * v) + ((one - b2) * g * g);
        V direction = m / V.Uniform(Correction1) / (V.Sqrt(v / V.Uniform(Correction2)) + V.Uniform(Epsilon));
        theta = theta - (V.Uniform(Rate) * (direction + (V.Uniform(Decay) * theta)));
    }
}

internal readonly record struct AmsGradRule(float Rate, float Beta1, float Beta2) : IUpdateRule
{
    public static int States => 3;

    [MethodImpl(Jit.Inline)]
    public void Step<V>(ref V theta, V g, ref V m, ref V v, ref V largest)
        where V : struct, ILanes<V>
    {
        V b1 = V.Uniform(Beta1), b2 = V.Uniform(Beta2), one = V.Const(1);
        m = (b1 * m) + ((one - b1) * g);
        v = (b2 * v) + ((one - b2) * g * g);
        largest = V.Max(largest, v);
        theta = theta - (V.Uniform(Rate) * m / (V.Sqrt(largest) + V.Const(1e-8)));
    }
}
