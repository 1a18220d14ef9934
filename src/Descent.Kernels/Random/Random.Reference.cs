namespace Descent.Kernels;

/// <summary>The definition of random tensors: element i reads word i mod 4 of block i / 4.</summary>
public static class RandomReference
{
    /// <summary>The words' upper 24 bits become a number: each is exact in f32, so f32 and f64 tensors hold the same values.</summary>
    public const double Scale = 1.0 / (1 << 24);

    /// <summary>y[i] uniform in [0, 1): <c>⌊w / 2⁸⌋ · 2⁻²⁴</c>.</summary>
    public static void Uniform(RandomStep step, Span<double> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (Philox4x32.Words(step, (ulong)i / 4)[i % 4] >> 8) * Scale;
        }
    }

    /// <summary>
    /// y normal with mean 0 and deviation 1: words (a, b) of a block give elements 0 and 1, words (c, d) elements 2 and 3.
    /// With u = (⌊a / 2⁸⌋ + 1)·2⁻²⁴ and v = ⌊b / 2⁸⌋·2⁻²⁴ they are √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv. Box and Muller, 1958.
    /// </summary>
    public static void Normal(RandomStep step, Span<double> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            RandomWords words = Philox4x32.Words(step, (ulong)i / 4);
            int pair = i % 4 / 2 * 2;
            double u = ((words[pair] >> 8) + 1) * Scale, v = (words[pair + 1] >> 8) * Scale;
            (double sin, double cos) = Math.SinCos(2 * Math.PI * v);
            y[i] = Math.Sqrt(-2 * Math.Log(u)) * (i % 2 == 0 ? cos : sin);
        }
    }
}
