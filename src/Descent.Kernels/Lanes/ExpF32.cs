using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>eˣ in single precision: n = round(x / log 2), r = x − n·log 2, eˣ = 2ⁿ·(1 + (eʳ − 1)).</summary>
/// <remarks>
/// Numerics: at most 1 ulp everywhere, subnormal results included; overflows to ∞, underflows to 0, keeps NaN.
/// Source: Cody and Waite, "Software Manual for the Elementary Functions", 1980. The polynomial comes from minimax.py beside the tests.
/// </remarks>
internal static class ExpF32
{
    // log 2 in two parts; the first has 10 bits, so that n·High is exact also without a fused multiply-add.
    public const double Log2High = 0.693359375;
    public const double Log2Low = -2.12194440054690583e-4;

    [MethodImpl(Jit.Inline)]
    public static V Exp<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        // Beyond these bounds the result is 0 or ∞ and n would leave the range of Scale. The operand order keeps NaN.
        x = V.MinNative(V.Const(89), V.MaxNative(V.Const(-104), x));
        V r = Reduce(x, out V n);
        return V.Scale(V.Const(1) + Minus1(r), n);
    }

    /// <summary>x = n·log 2 + r with |r| ≤ ½·log 2.</summary>
    [MethodImpl(Jit.Inline)]
    public static V Reduce<V>(V x, out V n)
        where V : struct, ISimdPrimitives<V>
    {
        n = V.Round(x * V.Const(1.4426950408889634));
        V r = V.MultiplyAdd(n, V.Const(-Log2High), x);
        return V.MultiplyAdd(n, V.Const(-Log2Low), r);
    }

    /// <summary>eʳ − 1 for |r| ≤ ½·log 2, relative error 2⁻²⁸ before rounding.</summary>
    [MethodImpl(Jit.Inline)]
    public static V Minus1<V>(V r)
        where V : struct, ISimdPrimitives<V>
    {
        V p = V.MultiplyAdd(V.Const(1.504600805e-04), r, V.Const(1.393054263e-03));
        p = V.MultiplyAdd(p, r, V.Const(8.341509849e-03));
        p = V.MultiplyAdd(p, r, V.Const(4.166651145e-02));
        p = V.MultiplyAdd(p, r, V.Const(1.666663587e-01));
        p = V.MultiplyAdd(p, r, V.Const(0.5));
        return V.MultiplyAdd(p, r * r, r);
    }
}
