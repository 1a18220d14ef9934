using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>log x in single precision: x = m·2ᵉ with m in [⅔, 4⁄3), log x = e·log 2 + log(1 + (m − 1)).</summary>
/// <remarks>
/// Numerics: at most 1 ulp everywhere, subnormal arguments included; log 0 = −∞, log ∞ = ∞, NaN below 0.
/// The polynomial comes from minimax.py beside the tests.
/// </remarks>
internal static class LogF32
{
    /// <summary>The float ⅔ as bits.</summary>
    public const int TwoThirdsBits = 0x3f2aaaab;

    [MethodImpl(Jit.Inline)]
    public static V Log<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V f = Split(x, out V e);
        V p = V.MultiplyAdd(V.Const(1.172585189e-01), f, V.Const(-1.288386434e-01));
        p = V.MultiplyAdd(p, f, V.Const(1.082190573e-01));
        p = V.MultiplyAdd(p, f, V.Const(-1.218786389e-01));
        p = V.MultiplyAdd(p, f, V.Const(1.429895312e-01));
        p = V.MultiplyAdd(p, f, V.Const(-1.668008566e-01));
        p = V.MultiplyAdd(p, f, V.Const(1.999976486e-01));
        p = V.MultiplyAdd(p, f, V.Const(-2.499981076e-01));
        p = V.MultiplyAdd(p, f, V.Const(3.333333433e-01));
        V square = f * f;
        V y = V.MultiplyAdd(e, V.Const(ExpF32.Log2Low), square * (p * f));
        y = V.MultiplyAdd(V.Const(-0.5), square, y);
        y = V.MultiplyAdd(e, V.Const(ExpF32.Log2High), f + y);
        return AtTheEdges(x, y);
    }

    /// <summary>x = (1 + f)·2ᵉ with f in [−⅓, ⅓) for positive x, subnormals included.</summary>
    [MethodImpl(Jit.Inline)]
    public static V Split<V>(V x, out V e)
        where V : struct, ISimdPrimitives<V>
    {
        V smallestNormal = V.Const(1.17549435e-38), zero = V.Const(0);
        V normal = V.IfGreater(smallestNormal, x, x * V.Const(1 << 23), x);
        V m = V.Split(normal, out e);
        e = e - V.IfGreater(smallestNormal, x, V.Const(23), zero);
        return m - V.Const(1);
    }

    /// <summary><paramref name="y"/> for finite positive x; else what the logarithm is by definition.</summary>
    [MethodImpl(Jit.Inline)]
    public static V AtTheEdges<V>(V x, V y)
        where V : struct, ISimdPrimitives<V>
    {
        V zero = V.Const(0), infinity = V.Const(double.PositiveInfinity);
        y = V.IfEqual(x, infinity, infinity, y);
        return V.IfGreater(x, zero, y, V.IfEqual(x, zero, -infinity, V.Const(double.NaN)));
    }
}
