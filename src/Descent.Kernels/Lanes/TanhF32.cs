using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>tanh x = E / (E + 2) with E = e²ˣ − 1, which does not cancel near 0.</summary>
/// <remarks>Numerics: at most 2 ulp everywhere; ±1 beyond ±9.02; keeps −0, subnormals and NaN.</remarks>
internal static class TanhF32
{
    [MethodImpl(Jit.Inline)]
    public static V Tanh<V>(V x)
        where V : struct, ISimdPrimitives<V>
    {
        V magnitude = V.Abs(x);
        V r = ExpF32.Reduce(V.MinNative(V.Const(20), magnitude + magnitude), out V n);
        V power = V.Scale(V.Const(1), n);
        V e = V.MultiplyAdd(power, ExpF32.Minus1(r), power - V.Const(1));

        // For small e the rounding error of e + 2 alone would cost one ulp; 1 / (e + 2) = (1 − y) / 2 takes it out again.
        V two = V.Const(2), sum = e + two;
        V sumLow = V.IfGreater(two, e, e - (sum - two), V.Const(0));
        V y = e / sum;
        y = V.MultiplyAdd(y * sumLow, V.MultiplyAdd(V.Const(0.5), y, V.Const(-0.5)), y);
        return V.CopySign(y, x);
    }
}
