namespace Descent;

/// <summary>Means and deviations over a data set, example by example: nothing is held in memory.</summary>
internal static class ChannelStatistics
{
    /// <summary>Mean and standard deviation of each channel; a channel that is the same everywhere has deviation 1. Bytes count as parts of 255.</summary>
    public static (double[] Mean, double[] Deviation) Of(IDataset data)
    {
        int channels = data.ImageShape[0];
        if (data.HoldsNumbers)
        {
            return OfNumbers(data, channels);
        }

        long[] sums = new long[channels], squares = new long[channels];
        for (int i = 0; i < data.Count; i++)
        {
            Preprocessing.AddMoments(data.Image(i), sums, squares);
        }

        Preprocessing fitted = Preprocessing.Of(sums, squares, data.Count * (data.ImageShape.Count / channels));
        return ([.. fitted.Mean], [.. fitted.Deviation]);
    }

    /// <summary>Mean of each value of the inputs.</summary>
    public static double[] MeanOf(IDataset data)
    {
        double[] sums = new double[data.ImageShape.Count];
        for (int i = 0; i < data.Count; i++)
        {
            if (data.HoldsNumbers)
            {
                ReadOnlySpan<float> numbers = data.Numbers(i);
                for (int j = 0; j < sums.Length; j++)
                {
                    sums[j] += numbers[j];
                }
            }
            else
            {
                ReadOnlySpan<byte> image = data.Image(i);
                for (int j = 0; j < sums.Length; j++)
                {
                    sums[j] += image[j];
                }
            }
        }

        double scale = 1.0 / data.Count / (data.HoldsNumbers ? 1 : 255);
        return Array.ConvertAll(sums, sum => sum * scale);
    }

    private static (double[] Mean, double[] Deviation) OfNumbers(IDataset data, int channels)
    {
        double[] image = MeanOf(data), mean = new double[channels], deviation = new double[channels];
        int plane = image.Length / channels;
        for (int j = 0; j < image.Length; j++)
        {
            mean[j / plane] += image[j] / plane;
        }

        for (int i = 0; i < data.Count; i++)
        {
            ReadOnlySpan<float> numbers = data.Numbers(i);
            for (int j = 0; j < numbers.Length; j++)
            {
                double from = numbers[j] - mean[j / plane];
                deviation[j / plane] += from * from;
            }
        }

        for (int c = 0; c < channels; c++)
        {
            double root = Math.Sqrt(deviation[c] / ((double)data.Count * plane));
            deviation[c] = root > 1e-9 * Math.Abs(mean[c]) ? root : 1;
        }

        return (mean, deviation);
    }
}
