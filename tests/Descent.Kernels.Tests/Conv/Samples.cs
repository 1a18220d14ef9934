namespace Descent.Kernels.Tests;

/// <summary>Repeatable inputs for kernels, and the way between logical (N, C, H, W) and channels-last order.</summary>
internal static class Samples
{
    /// <summary>Uniform in [−1, 1), exact in float so that reference and kernel see the same numbers.</summary>
    public static double[] Doubles(long length, int seed)
    {
        var random = new Random(seed);
        double[] values = new double[length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((2 * random.NextDouble()) - 1);
        }
        return values;
    }

    public static float[] Floats(double[] values) => Array.ConvertAll(values, v => (float)v);

    /// <summary>(N, C, H, W) → (N, H, W, C) with H·W = <paramref name="pixels"/>.</summary>
    public static T[] ToChannelsLast<T>(ReadOnlySpan<T> logical, int channels, int pixels)
    {
        var result = new T[logical.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int n = i / (channels * pixels), c = i / pixels % channels, p = i % pixels;
            result[(((n * pixels) + p) * channels) + c] = logical[i];
        }
        return result;
    }

    /// <summary>Every element within <paramref name="tolerance"/>, NaN where NaN is expected.</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = double.IsNaN(expected[i]) ? float.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= tolerance;
            Assert.True(close, $"Element {i} is {actual[i]}, not {expected[i]} ± {tolerance}.");
        }
    }
}
