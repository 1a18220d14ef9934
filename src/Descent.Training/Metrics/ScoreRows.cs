namespace Descent;

/// <summary>Scores of samples, a row of one for each class, that are checked once: all metrics read them through this.</summary>
internal readonly ref struct ScoreRows
{
    private readonly ReadOnlySpan<float> _scores;

    /// <exception cref="ArgumentException">There is no row, the rows are not whole, or a score is NaN.</exception>
    public ScoreRows(string metric, ReadOnlySpan<float> scores, int count)
    {
        if (count == 0 || scores.Length == 0 || scores.Length % count != 0)
        {
            throw new ArgumentException(
                $"{metric}: {scores.Length} scores are no whole rows for {count} samples; give each sample one score for each class.", nameof(scores));
        }

        _scores = scores;
        (Count, Classes) = (count, scores.Length / count);
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                throw new ArgumentException(
                    $"{metric}: the score of sample {i / Classes} for class {i % Classes} is NaN; the network's weights or its inputs are not finite.",
                    nameof(scores));
            }
        }
    }

    /// <summary>As above, with a label for each row.</summary>
    /// <exception cref="ArgumentException">A label names no class.</exception>
    public ScoreRows(string metric, ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
        : this(metric, scores, labels.Length)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)Classes)
            {
                throw new ArgumentException($"{metric}: label {labels[i]} of sample {i} names none of the {Classes} classes.", nameof(labels));
            }
        }
    }

    /// <summary>Samples.</summary>
    public int Count { get; }

    /// <summary>Scores of a sample.</summary>
    public int Classes { get; }

    /// <summary>The scores of one sample.</summary>
    public ReadOnlySpan<float> this[int sample] => _scores.Slice(sample * Classes, Classes);

    /// <summary>The scores of all samples for one class.</summary>
    public float[] Column(int k)
    {
        float[] column = new float[Count];
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = _scores[(i * Classes) + k];
        }

        return column;
    }

    /// <summary>The class of the largest score; the first of equal ones.</summary>
    public int Best(int sample)
    {
        ReadOnlySpan<float> row = this[sample];
        int best = 0;
        for (int k = 1; k < row.Length; k++)
        {
            best = row[k] > row[best] ? k : best;
        }

        return best;
    }
}
