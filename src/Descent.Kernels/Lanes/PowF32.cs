using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>xʸ = e^(y·log x), with log x and the product carried in two floats (a sum high + low) each.</summary>
/// <remarks>
/// Numerics: at most 1.5 ulp everywhere. Special values as C99: x⁰ = 1 and 1ʸ = 1 even for NaN, NaN for x &lt; 0 with fractional y,
/// (−0)ʸ and (−∞)ʸ keep the sign for odd y. The polynomial comes from minimax.py beside the tests.
/// </remarks>
internal static class PowF32
{
    // log 2 as a sum of two floats; 15 bits in the first, so that a product with an exponent is exact.
    private const double Log2High = 0.693145751953125;
    private const double Log2Low = 1.42860676533018705e-6;

    // The float ⅔ and what it misses.
    private const double TwoThirds = 0.6666666865348816;
    private const double TwoThirdsLow = -1.9868214962137642e-08;

    [MethodImpl(Jit.Inline)]
    public static V Pow<V>(V x, V y)
        where V : struct, ISimdPrimitives<V>
    {
        V zero = V.Const(0), one = V.Const(1), infinity = V.Const(double.PositiveInfinity), magnitude = V.Abs(x);
        V log = V.IfEqual(magnitude, zero, -infinity, V.IfEqual(magnitude, infinity, infinity, Log(magnitude, out V logLow)));
        V z = y * log;
        V zLow = V.MultiplyAdd(y, logLow, V.ProductError(y, log, z));

        // Where the result overflows or underflows the low part may be NaN; it no longer matters.
        V p = V.IfEqual(magnitude, one, one, Exp(z, V.IfGreater(V.Const(200), V.Abs(z), zLow, zero)));

        V half = y * V.Const(0.5);
        V odd = V.IfEqual(V.Floor(half), half, p, V.CopySign(p, x));
        V finiteNegative = V.IfGreater(zero, x, V.IfGreater(x, -infinity, V.Const(double.NaN), p), p);
        p = V.IfEqual(V.Floor(y), y, odd, finiteNegative);
        return V.IfEqual(y, zero, one, V.IfEqual(x, x, p, x));
    }

    /// <summary>log x = result + low for finite positive x, relative error about 2⁻⁴⁰.</summary>
    [MethodImpl(Jit.Inline)]
    private static V Log<V>(V x, out V low)
        where V : struct, ISimdPrimitives<V>
    {
        V f = LogF32.Split(x, out V e), two = V.Const(2);

        // s + sLow = f / (2 + f), then log(1 + f) = log((1 + s) / (1 − s)) = 2s + s³·(⅔ + q).
        V divisor = two + f, divisorLow = f - (divisor - two);
        V s = f / divisor;
        V product = s * divisor;
        V sLow = (((f - product) - V.ProductError(s, divisor, product)) - (s * divisorLow)) / divisor;

        V square = s * s;
        V squareLow = V.ProductError(s, s, square) + (two * s * sLow);
        V q = V.MultiplyAdd(V.Const(1.991751939e-01), square, V.Const(2.215573341e-01));
        q = V.MultiplyAdd(q, square, V.Const(2.857246399e-01));
        q = V.MultiplyAdd(q, square, V.Const(3.999999464e-01)) * square;

        // cube + cubeLow = s³·⅔
        V twoThirds = V.Const(TwoThirds);
        V scaled = square * twoThirds;
        V scaledLow = V.ProductError(square, twoThirds, scaled) + (squareLow * twoThirds) + (square * V.Const(TwoThirdsLow));
        V cube = s * scaled;
        V cubeLow = V.ProductError(s, scaled, cube) + (s * scaledLow) + (sLow * scaled);

        V high = TwoSum(two * s, cube, out V sumLow);
        low = sumLow + (((s * square) * q) + ((two * sLow) + cubeLow));
        high = TwoSum(e * V.Const(Log2High), high, out sumLow);
        low = low + V.MultiplyAdd(e, V.Const(Log2Low), sumLow);
        V result = high + low;
        low = low - (result - high);
        return result;
    }

    /// <summary>e^(x + low).</summary>
    [MethodImpl(Jit.Inline)]
    private static V Exp<V>(V x, V low)
        where V : struct, ISimdPrimitives<V>
    {
        x = V.MinNative(V.Const(89), V.MaxNative(V.Const(-104), x));
        V r = ExpF32.Reduce(x, out V n) + low;
        return V.Scale(V.Const(1) + ExpF32.Minus1(r), n);
    }

    /// <summary>a + b = result + error, exactly. Knuth, "The Art of Computer Programming", vol. 2, section 4.2.2.</summary>
    [MethodImpl(Jit.Inline)]
    private static V TwoSum<V>(V a, V b, out V error)
        where V : struct, ISimdPrimitives<V>
    {
        V sum = a + b;
        V bPart = sum - a;
        error = (a - (sum - bPart)) + (b - bPart);
        return sum;
    }
}
