using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The error function: x + x·P(x²) for |x| ≤ 0.9, ±(1 − e^(−|x| − |x|·Q(|x|))) beyond.</summary>
/// <remarks>
/// Numerics: at most 2 ulp everywhere; ±1 beyond ±3.93; keeps −0 and NaN. The polynomials come from minimax.py beside the tests.
/// </remarks>
internal static class ErfF32
{
    [MethodImpl(Jit.Inline)]
    public static V Erf<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V magnitude = V.MinNative(V.Const(4), V.Abs(x));
        V beyond = V.CopySign(V.Const(1) - ExpF32.Exp(-MinusLogErfc(magnitude)), x);
        return V.IfGreater(magnitude, V.Const(0.9), beyond, NearZero(x));
    }

    [MethodImpl(Jit.Inline)]
    private static V NearZero<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V s = x * x;
        V p = V.MultiplyAdd(V.Const(-6.020799628e-04), s, V.Const(4.998959135e-03));
        p = V.MultiplyAdd(p, s, V.Const(-2.677049302e-02));
        p = V.MultiplyAdd(p, s, V.Const(1.128192171e-01));
        p = V.MultiplyAdd(p, s, V.Const(-3.761250377e-01));
        p = V.MultiplyAdd(p, s, V.Const(1.283791512e-01));
        return V.MultiplyAdd(p, x, x);
    }

    [MethodImpl(Jit.Inline)]
    private static V MinusLogErfc<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V q = V.MultiplyAdd(V.Const(1.042958411e-05), x, V.Const(-3.148289688e-04));
        q = V.MultiplyAdd(q, x, V.Const(3.610250773e-03));
        q = V.MultiplyAdd(q, x, V.Const(-2.369443141e-02));
        q = V.MultiplyAdd(q, x, V.Const(1.061589569e-01));
        q = V.MultiplyAdd(q, x, V.Const(6.351980567e-01));
        q = V.MultiplyAdd(q, x, V.Const(1.286370754e-01));
        return V.MultiplyAdd(q, x, x);
    }
}
