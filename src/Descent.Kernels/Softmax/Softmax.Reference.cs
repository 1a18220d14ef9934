namespace Descent.Kernels;

/// <summary>Softmax, its relatives and cross-entropy by their definitions, in double; formulas as in <see cref="SoftmaxRows"/>.</summary>
public static class SoftmaxReference
{
    public static void Softmax(ReadOnlySpan<double> x, int n, Span<double> y)
    {
        for (int row = 0; row < x.Length; row += n)
        {
            ReadOnlySpan<double> logits = x.Slice(row, n);
            double shift = Shift(logits), sum = SumOfExponentials(logits, shift);
            for (int i = 0; i < n; i++)
            {
                y[row + i] = Math.Exp(logits[i] - shift) / sum;
            }
        }
    }

    public static void LogSoftmax(ReadOnlySpan<double> x, int n, Span<double> y)
    {
        for (int row = 0; row < x.Length; row += n)
        {
            ReadOnlySpan<double> logits = x.Slice(row, n);
            double shift = Shift(logits), logSum = Math.Log(SumOfExponentials(logits, shift));
            for (int i = 0; i < n; i++)
            {
                y[row + i] = logits[i] - shift - logSum;
            }
        }
    }

    public static void SoftmaxBackward(ReadOnlySpan<double> y, ReadOnlySpan<double> dy, int n, Span<double> dx)
    {
        for (int row = 0; row < y.Length; row += n)
        {
            double dot = 0;
            for (int i = row; i < row + n; i++)
            {
                dot += y[i] * dy[i];
            }
            for (int i = row; i < row + n; i++)
            {
                dx[i] = y[i] * (dy[i] - dot);
            }
        }
    }

    public static void LogSoftmaxBackward(ReadOnlySpan<double> y, ReadOnlySpan<double> dy, int n, Span<double> dx)
    {
        for (int row = 0; row < y.Length; row += n)
        {
            double sum = 0;
            for (int i = row; i < row + n; i++)
            {
                sum += dy[i];
            }
            for (int i = row; i < row + n; i++)
            {
                dx[i] = dy[i] - (Math.Exp(y[i]) * sum);
            }
        }
    }

    /// <summary><c>loss = −Σ target·log softmax(x)</c> per row.</summary>
    public static void CrossEntropy(
        ReadOnlySpan<double> x, ReadOnlySpan<long> labels, int n, double labelSmoothing, long ignoreIndex,
        Span<double> loss)
    {
        double[] logProbabilities = new double[x.Length];
        LogSoftmax(x, n, logProbabilities);
        for (int row = 0; row < labels.Length; row++)
        {
            loss[row] = 0;
            for (int k = 0; k < n && labels[row] != ignoreIndex; k++)
            {
                double target = Target(k, labels[row], n, labelSmoothing);
                loss[row] -= target == 0 ? 0 : target * logProbabilities[(row * n) + k];
            }
        }
    }

    /// <summary><c>dx = dy·(softmax(x) − target)</c> per row.</summary>
    public static void CrossEntropyBackward(
        ReadOnlySpan<double> x, ReadOnlySpan<long> labels, int n, double labelSmoothing, long ignoreIndex,
        ReadOnlySpan<double> dy, Span<double> dx)
    {
        Softmax(x, n, dx);
        for (int row = 0; row < labels.Length; row++)
        {
            double factor = labels[row] == ignoreIndex ? 0 : dy[row];
            for (int k = 0; k < n; k++)
            {
                ref double value = ref dx[(row * n) + k];
                value = factor == 0 ? 0 : factor * (value - Target(k, labels[row], n, labelSmoothing));
            }
        }
    }

    private static double Target(int k, long label, int n, double labelSmoothing) =>
        (labelSmoothing / n) + (k == label ? 1 - labelSmoothing : 0);

    private static double Shift(ReadOnlySpan<double> x)
    {
        double max = double.NegativeInfinity;
        foreach (double value in x)
        {
            max = Math.Max(max, value);
        }
        return double.IsFinite(max) ? max : 0;
    }

    private static double SumOfExponentials(ReadOnlySpan<double> x, double shift)
    {
        double sum = 0;
        foreach (double value in x)
        {
            sum += Math.Exp(value - shift);
        }
        return sum;
    }
}
