using System.Numerics;

namespace Descent.Kernels;

/// <summary>Gathers, scatter-adds, one-hot, argmax and argmin by their definitions, over dense (outer, n, inner) arrays.</summary>
/// <remarks>An index outside the axis is an <see cref="ArgumentOutOfRangeException"/>: the interpreter has checked before.</remarks>
public static class IndexReference
{
    /// <summary><c>y[o, j, i] = x[o, index[j], i]</c>.</summary>
    public static void Gather<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> index, int outer, int n, int inner, Span<T> y)
    {
        for (int o = 0; o < outer; o++)
        {
            for (int j = 0; j < index.Length; j++)
            {
                int from = ((o * n) + Checked(index[j], n)) * inner, to = ((o * index.Length) + j) * inner;
                x.Slice(from, inner).CopyTo(y[to..]);
            }
        }
    }

    /// <summary><c>y[o, index[j], i] += x[o, j, i]</c> for j ascending.</summary>
    public static void ScatterAdd<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> index, int outer, int n, int inner, Span<T> y)
        where T : INumberBase<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int j = 0; j < index.Length; j++)
            {
                int from = ((o * index.Length) + j) * inner, to = ((o * n) + Checked(index[j], n)) * inner;
                for (int i = 0; i < inner; i++)
                {
                    y[to + i] += x[from + i];
                }
            }
        }
    }

    /// <summary><c>y[r, k] = 1 if k = labels[r], else 0</c>.</summary>
    public static void OneHot<T>(ReadOnlySpan<long> labels, int classes, Span<T> y)
        where T : INumberBase<T>
    {
        y.Fill(T.Zero);
        for (int row = 0; row < labels.Length; row++)
        {
            y[(row * classes) + Checked(labels[row], classes)] = T.One;
        }
    }

    /// <summary><c>y[o, j, i] = x[o, index[o, j, i], i]</c>.</summary>
    public static void GatherAlong<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> index, int outer, int n, int inner, int count, Span<T> y)
    {
        for (int o = 0; o < outer; o++)
        {
            for (int e = 0; e < count * inner; e++)
            {
                int place = (o * count * inner) + e;
                y[place] = x[(((o * n) + Checked(index[place], n)) * inner) + (e % inner)];
            }
        }
    }

    /// <summary><c>y[o, index[o, j, i], i] += x[o, j, i]</c> for j ascending.</summary>
    public static void ScatterAddAlong<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> index, int outer, int n, int inner, int count, Span<T> y)
        where T : INumberBase<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int e = 0; e < count * inner; e++)
            {
                int place = (o * count * inner) + e;
                y[(((o * n) + Checked(index[place], n)) * inner) + (e % inner)] += x[place];
            }
        }
    }

    /// <summary>The smallest j with x[o, j, i] = R of all; the first NaN where there is one.</summary>
    public static void ArgReduce<R>(ReadOnlySpan<double> x, int outer, int n, int inner, Span<long> y)
        where R : struct, IExtremum
    {
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int best = 0;
                for (int j = 1; j < n; j++)
                {
                    best = R.Beats(x[(((o * n) + j) * inner) + i], x[(((o * n) + best) * inner) + i]) ? j : best;
                }
                y[(o * inner) + i] = best;
            }
        }
    }

    private static int Checked(long index, int n) =>
        (ulong)index < (ulong)n ? (int)index : throw new ArgumentOutOfRangeException(nameof(index), $"index {index} is outside [0, {n}).");
}
