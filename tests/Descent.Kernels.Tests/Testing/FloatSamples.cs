namespace Descent.Kernels.Tests;

/// <summary>Reproducible arguments for functions of floats.</summary>
internal static class FloatSamples
{
    /// <summary>
    /// Values where implementations go wrong: both signs of zeros, subnormals, powers of two and their neighbours, infinities, NaN.
    /// </summary>
    public static float[] Edges { get; } = MakeEdges();

    /// <summary>Random bit patterns: every exponent as often, NaN and infinities among them.</summary>
    public static float[] BitPatterns(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = BitConverter.Int32BitsToSingle((int)random.NextInt64());
        }

        return values;
    }

    /// <summary>Evenly distributed values.</summary>
    public static float[] Between(double low, double high, int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)(low + ((high - low) * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Every float nearest to k·step for k in [−count, count], and its neighbours.</summary>
    public static float[] AroundMultiples(double step, int count)
    {
        var values = new List<float>();
        for (int k = -count; k <= count; k++)
        {
            float value = (float)(k * step);
            values.AddRange([MathF.BitDecrement(value), value, MathF.BitIncrement(value)]);
        }

        return [.. values];
    }

    private static float[] MakeEdges()
    {
        var values = new List<float> { 0f, float.NaN, float.PositiveInfinity, float.MaxValue, float.Epsilon };
        for (int exponent = -149; exponent < 128; exponent++)
        {
            float power = MathF.ScaleB(1, exponent);
            values.AddRange([MathF.BitDecrement(power), power, MathF.BitIncrement(power), power * 1.5f]);
        }

        // Borders of exp's range: largest finite and smallest normal and subnormal results.
        foreach (float border in (ReadOnlySpan<float>)[88.722839f, 87.336544f, 103.27893f, 103.97208f, 9.0109f, 3.9192f])
        {
            float value = MathF.BitDecrement(MathF.BitDecrement(border));
            for (int i = 0; i < 5; i++)
            {
                values.Add(value);
                value = MathF.BitIncrement(value);
            }
        }

        return [.. values, .. values.Select(v => -v)];
    }
}
