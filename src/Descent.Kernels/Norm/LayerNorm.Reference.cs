namespace Descent.Kernels;

/// <summary>
/// The definition of layer normalisation, in double, over rows of n numbers: x̂ = (x − mean)·r with r = 1 / √(variance + ε) of the row
/// itself, y = γ·x̂ + β. Ba, Kiros and Hinton, "Layer Normalization", 2016.
/// </summary>
public static class LayerNormReference
{
    /// <summary>y, mean and r; an empty <paramref name="gamma"/> means ones, an empty <paramref name="beta"/> zeros.</summary>
    public static void Forward(
        int n, double epsilon, ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, ReadOnlySpan<double> beta, Span<double> y, Span<double> mean,
        Span<double> reciprocal)
    {
        for (int row = 0; row < mean.Length; row++)
        {
            ReadOnlySpan<double> values = x.Slice(row * n, n);
            double sum = 0, squares = 0;
            foreach (double value in values)
            {
                sum += value;
            }
            mean[row] = sum / n;
            foreach (double value in values)
            {
                squares += (value - mean[row]) * (value - mean[row]);
            }
            reciprocal[row] = 1 / Math.Sqrt((squares / n) + epsilon);
            for (int i = 0; i < n; i++)
            {
                double normalized = (values[i] - mean[row]) * reciprocal[row];
                y[(row * n) + i] = (normalized * (gamma.IsEmpty ? 1 : gamma[i])) + (beta.IsEmpty ? 0 : beta[i]);
            }
        }
    }

    /// <summary>
    /// With g = γ·dy: dx = r·(g − (Σ g + x̂·Σ g·x̂) / n), sums over the row; dγ = Σ dy·x̂ and dβ = Σ dy, sums over the rows, where
    /// <paramref name="gamma"/> is not empty.
    /// </summary>
    public static void Backward(
        int n, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, ReadOnlySpan<double> gamma, ReadOnlySpan<double> mean,
        ReadOnlySpan<double> reciprocal, Span<double> dx, Span<double> dgamma, Span<double> dbeta)
    {
        dgamma.Clear();
        dbeta.Clear();
        for (int row = 0; row < mean.Length; row++)
        {
            double sum = 0, product = 0;
            for (int i = 0; i < n; i++)
            {
                int at = (row * n) + i;
                double normalized = (x[at] - mean[row]) * reciprocal[row], g = dy[at] * (gamma.IsEmpty ? 1 : gamma[i]);
                sum += g;
                product += g * normalized;
                if (!gamma.IsEmpty)
                {
                    dgamma[i] += dy[at] * normalized;
                    dbeta[i] += dy[at];
                }
            }
            for (int i = 0; i < n; i++)
            {
                int at = (row * n) + i;
                double normalized = (x[at] - mean[row]) * reciprocal[row], g = dy[at] * (gamma.IsEmpty ? 1 : gamma[i]);
                dx[at] = reciprocal[row] * (g - ((sum + (normalized * product)) / n));
            }
        }
    }
}
