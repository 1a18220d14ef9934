using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Sine and cosine: x = n·π/2 + r with |r| ≤ π/4, then the polynomial of sin r or cos r, as the quadrant n says.</summary>
/// <remarks>
/// Numerics: at most 2 ulp for |x| ≤ 10⁴ (near the zeros too); absolute error at most 5·10⁻⁶ up to 2²² = 4,194,304. Beyond, where
/// neighbouring floats are half a radian and more apart, the result is NaN, so that it cannot pass unseen. Keeps −0 and NaN; NaN at ±∞.
/// The polynomials come from minimax.py beside the tests.
/// </remarks>
internal static class SinCosF32
{
    // π/2 as a sum of three floats.
    private const double HalfPi1 = 1.57079637050628662109375;
    private const double HalfPi2 = -4.37113900018624283e-8;
    private const double HalfPi3 = -1.71512451227306250e-15;

    private const double Limit = 1 << 22;

    [MethodImpl(Jit.Inline)]
    public static V Sin<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V r = Reduce(x, out V low, out V n);

        // The sum r + low may turn −0 into +0.
        return V.IfEqual(x, V.Const(0), x, WithinLimit(x, InQuadrant(r, low, n)));
    }

    [MethodImpl(Jit.Inline)]
    public static V Cos<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V r = Reduce(x, out V low, out V n);
        return WithinLimit(x, InQuadrant(r, low, n + V.Const(1)));
    }

    /// <summary>sin(2π·turns + quadrants·π/2) for turns in [0, 1], error 1 ulp.</summary>
    [MethodImpl(Jit.Inline)]
    public static V SinOfTurns<V>(V turns, V quadrants)
        where V : struct, ISimdPrimitives<V>
    {
        V t = turns * V.Const(4), n = V.Round(t), rest = t - n;

        // rest is exact; so is the first product plus its error.
        V r = rest * V.Const(HalfPi1);
        V low = V.ProductError(rest, V.Const(HalfPi1), r) + (rest * V.Const(HalfPi2));
        return InQuadrant(r, low, n + quadrants);
    }

    /// <summary>x = n·π/2 + r + low, where low is the rounding error of r.</summary>
    [MethodImpl(Jit.Inline)]
    private static V Reduce<V>(V x, out V low, out V n)
        where V : struct, ISimdPrimitives<V>
    {
        V part1 = V.Const(HalfPi1), part2 = V.Const(HalfPi2);
        n = V.Round(x * V.Const(0.63661977236758134));
        V product = n * part1;

        // Both differences are exact: what is left is below 1 and a multiple of 2⁻²⁴.
        V high = (x - product) - V.ProductError(n, part1, product);
        product = n * part2;
        V r = high - product;

        // Knuth's two-sum: the error of the last subtraction.
        V back = r - high;
        low = (high - (r - back)) - (product + back);
        low = low - V.ProductError(n, part2, product);
        low = low - (n * V.Const(HalfPi3));
        return r;
    }

    /// <summary>sin(r + low + n·π/2).</summary>
    [MethodImpl(Jit.Inline)]
    private static V InQuadrant<V>(V r, V low, V n)
        where V : struct, ISimdPrimitives<V>
    {
        V s = r * r;
        V p = V.MultiplyAdd(V.Const(-1.951828453e-04), s, V.Const(8.332189173e-03));
        p = V.MultiplyAdd(p, s, V.Const(-1.666665524e-01));
        V sin = r + V.MultiplyAdd(p, s * r, low);

        V q = V.MultiplyAdd(V.Const(2.443232734e-05), s, V.Const(-1.388730947e-03));
        q = V.MultiplyAdd(q, s, V.Const(4.166664556e-02));
        V cos = V.Const(1) + V.MultiplyAdd(q * s, s, V.MultiplyAdd(V.Const(-0.5), s, -(r * low)));

        V quadrant = n - (V.Const(4) * V.Floor(n * V.Const(0.25)));
        V odd = quadrant - (V.Const(2) * V.Floor(quadrant * V.Const(0.5)));
        V y = V.IfEqual(odd, V.Const(1), cos, sin);
        return V.IfGreater(quadrant, V.Const(1.5), -y, y);
    }

    [MethodImpl(Jit.Inline)]
    private static V WithinLimit<V>(V x, V y)
        where V : struct, ISimdPrimitives<V> => V.IfGreater(V.Abs(x), V.Const(Limit), V.Const(double.NaN), y);
}
