namespace Descent;

/// <summary>The orthonormal directions along which a data set varies most, by the eigenvectors of its covariance.</summary>
internal static class PrincipalAxes
{
    /// <summary>Examples that are multiplied at once: their sums are in single precision, those over all of them in double.</summary>
    private const int Chunk = 512;

    /// <summary>Variances, the largest first, and as many directions, one a row, each with its largest element positive.</summary>
    /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
    public static (double[] Variances, double[] Axes) Of(IDataset data, float[] meanImage)
    {
        int size = meanImage.Length;
        double[] covariance = Covariance(data, meanImage);
        (Tensor values, Tensor vectors) = Tensor.From<double>(covariance, new(size, size)).Eigh();
        double[] ascending = values.ToArray<double>(), columns = vectors.ToArray<double>(), axes = new double[size * size];
        for (int row = 0; row < size; row++)
        {
            for (int i = 0; i < size; i++)
            {
                axes[(row * size) + i] = columns[(i * size) + size - 1 - row];
            }
        }

        Array.Reverse(ascending);
        return (ascending, axes);
    }

    private static double[] Covariance(IDataset data, float[] meanImage)
    {
        int size = meanImage.Length;
        double[] sum = new double[(long)size * size];
        var centred = new Preprocessing(new double[data.ImageShape[0]], [.. Enumerable.Repeat(1.0, data.ImageShape[0])], meanImage);
        float[] rows = new float[Math.Min(Chunk, data.Count) * size];
        for (int start = 0; start < data.Count; start += Chunk)
        {
            int count = Math.Min(Chunk, data.Count - start);
            for (int i = 0; i < count; i++)
            {
                Span<float> row = rows.AsSpan(i * size, size);
                if (data.HoldsNumbers)
                {
                    centred.Apply(data.Numbers(start + i), row);
                }
                else
                {
                    centred.Apply(data.Image(start + i), row);
                }
            }

            var x = Tensor.From<float>(rows.AsSpan(0, count * size), new(count, size));
            float[] products = x.T.MatMul(x).ToArray<float>();
            for (int i = 0; i < products.Length; i++)
            {
                sum[i] += products[i];
            }
        }

        return Array.ConvertAll(sum, value => value / data.Count);
    }
}
