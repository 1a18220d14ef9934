namespace Descent.Kernels;

/// <summary>The definition of scaled dot-product attention, in double, for one head whose matrices are dense.</summary>
public static class AttentionReference
{
    /// <summary>
    /// S = scale·Q·Kᵀ + mask, P = softmax(S) by rows, O = P·V, L = log Σ exp(S) by rows. With <see cref="AttentionShape.Causal"/> query i sees
    /// the keys up to i; an empty <paramref name="mask"/> means zeros.
    /// </summary>
    public static void Forward(
        in AttentionShape s, ReadOnlySpan<double> q, ReadOnlySpan<double> k, ReadOnlySpan<double> v, ReadOnlySpan<double> mask, Span<double> o,
        Span<double> logSum)
    {
        double[] scores = new double[s.Keys];
        for (int i = 0; i < s.Queries; i++)
        {
            Scores(s, i, q, k, mask, scores);
            logSum[i] = LogSumExp(scores);
            for (int c = 0; c < s.ValueWidth; c++)
            {
                double sum = 0;
                for (int j = 0; j < s.Keys; j++)
                {
                    sum += Math.Exp(scores[j] - logSum[i]) * v[(j * s.ValueWidth) + c];
                }
                o[(i * s.ValueWidth) + c] = sum;
            }
        }
    }

    /// <summary>
    /// With P and O of the forward pass: dV = Pᵀ·dO, dS = P∘(dO·Vᵀ − Σ dO∘O by rows), dQ = scale·dS·K, dK = scale·dSᵀ·Q.
    /// </summary>
    public static void Backward(
        in AttentionShape s, ReadOnlySpan<double> q, ReadOnlySpan<double> k, ReadOnlySpan<double> v, ReadOnlySpan<double> mask,
        ReadOnlySpan<double> o, ReadOnlySpan<double> logSum, ReadOnlySpan<double> dO, Span<double> dq, Span<double> dk, Span<double> dv)
    {
        double[] scores = new double[s.Keys];
        dq.Clear();
        dk.Clear();
        dv.Clear();
        for (int i = 0; i < s.Queries; i++)
        {
            Scores(s, i, q, k, mask, scores);
            ReadOnlySpan<double> upstream = dO.Slice(i * s.ValueWidth, s.ValueWidth);
            double inner = Dot(upstream, o.Slice(i * s.ValueWidth, s.ValueWidth));
            for (int j = 0; j < s.Keys; j++)
            {
                double p = Math.Exp(scores[j] - logSum[i]);
                double slope = s.Scale * p * (Dot(upstream, v.Slice(j * s.ValueWidth, s.ValueWidth)) - inner);
                for (int c = 0; c < s.ValueWidth; c++)
                {
                    dv[(j * s.ValueWidth) + c] += p * upstream[c];
                }
                for (int c = 0; c < s.Width; c++)
                {
                    dq[(i * s.Width) + c] += slope * k[(j * s.Width) + c];
                    dk[(j * s.Width) + c] += slope * q[(i * s.Width) + c];
                }
            }
        }
    }

    private static void Scores(in AttentionShape s, int i, ReadOnlySpan<double> q, ReadOnlySpan<double> k, ReadOnlySpan<double> mask, Span<double> scores)
    {
        for (int j = 0; j < s.Keys; j++)
        {
            double score = s.Scale * Dot(q.Slice(i * s.Width, s.Width), k.Slice(j * s.Width, s.Width));
            scores[j] = s.Causal && j > i ? double.NegativeInfinity : score + (mask.IsEmpty ? 0 : mask[(i * s.Keys) + j]);
        }
    }

    private static double LogSumExp(ReadOnlySpan<double> scores)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double score in scores)
        {
            max = Math.Max(max, score);
        }
        foreach (double score in scores)
        {
            sum += Math.Exp(score - max);
        }
        return max + Math.Log(sum);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
