using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>
/// The definition of batch normalisation, in double, over a matrix (rows, columns): rows are the N·H·W samples, columns the channels.
/// ŷ = (x − mean) / √(variance + ε), y = γ·ŷ + β. Ioffe and Szegedy, "Batch Normalization", ICML 2015.
/// </summary>
public static class BatchNormReference
{
    /// <summary>mean[c] = Σ x[r,c] / rows; variance[c] = Σ (x[r,c] − mean[c])² / rows (biased).</summary>
    public static void Statistics(int rows, int columns, ReadOnlySpan<double> x, Span<double> mean, Span<double> variance)
    {
        Debug.Assert(x.Length == (long)rows * columns && mean.Length == columns && variance.Length == columns, "Wrong length.");
        for (int c = 0; c < columns; c++)
        {
            double sum = 0, squares = 0;
            for (int r = 0; r < rows; r++)
            {
                sum += x[(r * columns) + c];
            }
            mean[c] = sum / rows;
            for (int r = 0; r < rows; r++)
            {
                double d = x[(r * columns) + c] - mean[c];
                squares += d * d;
            }
            variance[c] = squares / rows;
        }
    }

    /// <summary>
    /// The gradients of training mode, with x̂ = (x − mean)·r and r = 1/√(variance + ε):
    /// dβ = Σ dy, dγ = Σ dy·x̂, dx = γ·r·(dy − (dβ + x̂·dγ) / rows).
    /// </summary>
    public static void Backward(
        int rows, int columns, double epsilon, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, ReadOnlySpan<double> gamma,
        ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, Span<double> dx, Span<double> dgamma, Span<double> dbeta)
    {
        for (int c = 0; c < columns; c++)
        {
            double scale = 1 / Math.Sqrt(variance[c] + epsilon);
            dgamma[c] = dbeta[c] = 0;
            for (int r = 0; r < rows; r++)
            {
                int i = (r * columns) + c;
                dbeta[c] += dy[i];
                dgamma[c] += dy[i] * (x[i] - mean[c]) * scale;
            }
            for (int r = 0; r < rows; r++)
            {
                int i = (r * columns) + c;
                dx[i] = gamma[c] * scale * (dy[i] - ((dbeta[c] + ((x[i] - mean[c]) * scale * dgamma[c])) / rows));
            }
        }
    }
}
