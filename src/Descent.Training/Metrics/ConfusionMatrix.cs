namespace Descent;

/// <summary>How many samples of each class were taken for each class: row k, column j counts those of class k that were taken for j.</summary>
/// <remarks>What is right stands on the diagonal. Samples are images, or pixels or characters where each has a label.</remarks>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    /// <summary>A matrix of counts, row by row.</summary>
    /// <exception cref="ArgumentException">The counts fill no square, or one is negative.</exception>
    public ConfusionMatrix(ReadOnlySpan<long> counts)
    {
        Classes = (int)Math.Round(Math.Sqrt(counts.Length));
        if (counts.Length == 0 || Classes * Classes != counts.Length || counts.ContainsAnyInRange(long.MinValue, -1))
        {
            throw new ArgumentException($"A confusion matrix has a row and a column for each class and no negative count; {counts.Length} counts are none.");
        }

        _counts = counts.ToArray();
    }

    /// <summary>Counts labels beside what was found.</summary>
    /// <exception cref="ArgumentException">There are not as many of both, or one names no class.</exception>
    public static ConfusionMatrix Of(ReadOnlySpan<int> labels, ReadOnlySpan<int> found, int classes)
    {
        if (labels.Length != found.Length)
        {
            throw new ArgumentException($"confusion matrix: {labels.Length} labels and {found.Length} predictions do not pair up.", nameof(found));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        long[] counts = new long[classes * classes];
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes || (uint)found[i] >= (uint)classes)
            {
                throw new ArgumentException(
                    $"confusion matrix: sample {i} is of class {labels[i]} and taken for {found[i]}, but there are {classes} classes.", nameof(labels));
            }

            counts[(labels[i] * classes) + found[i]]++;
        }

        return new(counts);
    }

    /// <summary>The number of classes, K.</summary>
    public int Classes { get; }

    /// <summary>Samples of class <paramref name="label"/> that were taken for class <paramref name="found"/>.</summary>
    public long this[int label, int found] => _counts[(label * Classes) + found];

    /// <summary>All counts, row by row.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>All samples.</summary>
    public long Total => _counts.Sum();

    /// <summary>Samples that were taken for what they are.</summary>
    public long Correct => Enumerable.Range(0, Classes).Sum(k => this[k, k]);

    /// <summary>The part that is right: <c>Σ n(k, k) / Σ n(k, j)</c>, in [0, 1].</summary>
    public double Accuracy => (double)Correct / Total;

    /// <summary>Samples of the class: the sum of its row.</summary>
    public long Support(int k) => Enumerable.Range(0, Classes).Sum(j => this[k, j]);

    /// <summary>Samples that were taken for the class: the sum of its column.</summary>
    public long Found(int k) => Enumerable.Range(0, Classes).Sum(j => this[j, k]);

    /// <summary>Classes that occur or are found; the others say nothing of the network and count in no mean.</summary>
    public IEnumerable<int> Present => Enumerable.Range(0, Classes).Where(k => Support(k) + Found(k) > 0);

    /// <summary>
    /// Samples that are of the class and found, by those that are of the class or taken for it: <c>TP / (TP + FP + FN)</c>, in [0, 1]. Null of a
    /// class that neither occurs nor is found. Jaccard, 1912.
    /// </summary>
    public double? IntersectionOverUnion(int k) =>
        Support(k) + Found(k) is > 0 and var sum ? (double)this[k, k] / (sum - this[k, k]) : null;

    /// <summary>The mean of <see cref="IntersectionOverUnion"/> over the classes that have one.</summary>
    public double MeanIntersectionOverUnion => Present.Average(k => IntersectionOverUnion(k)!.Value);
}
