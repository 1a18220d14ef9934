using System.Globalization;

namespace Descent;

/// <summary>How much each class counts in the loss: <c>balanced</c>, or a number for each class.</summary>
/// <remarks>
/// Balanced weights are <c>N / (K·Nₖ)</c>, so that all classes count the same together; for yes or no, <c>N₀ / N₁</c> for each yes. A class without
/// examples gets 0. King and Zeng, "Logistic Regression in Rare Events Data", Political Analysis 2001.
/// </remarks>
public sealed class ClassWeights
{
    private const string Balanced = "balanced";

    private readonly double[]? _given;

    private ClassWeights(double[]? given) => _given = given;

    /// <summary>Reads <c>balanced</c> or numbers of at least 0 joined by commas.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static ClassWeights Parse(string text)
    {
        if (text == Balanced)
        {
            return new(null);
        }

        string[] parts = text.Split(',');
        double[] weights = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out weights[i]) || !(weights[i] >= 0) || !double.IsFinite(weights[i]))
            {
                throw new ArgumentException($"Class weights are '{Balanced}', or numbers of at least 0 joined by commas, one for each class, not '{text}'.");
            }
        }

        return weights.Any(weight => weight > 0) ? new(weights) : throw new ArgumentException("Class weights must not all be 0.");
    }

    /// <summary>The weights for a data set: (K), or for yes or no those of yes, one for each output.</summary>
    /// <exception cref="ArgumentException">There are as many weights as classes, or the data set has no classes.</exception>
    public float[] Of(IDataset data)
    {
        int outputs = data.OutputCount();
        if (_given is not null)
        {
            return _given.Length == outputs
                ? [.. _given.Select(weight => (float)weight)]
                : throw new ArgumentException($"There are {_given.Length} class weights, but the data needs {outputs}.");
        }

        return data.Task switch
        {
            LearningTask.BinaryClassification or LearningTask.MultiLabel => OfYes(data, outputs),
            LearningTask.Regression => throw new ArgumentException("Class weights need classes, and this data has numbers to learn."),
            _ => OfClasses(data, outputs),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        _given is null ? Balanced : string.Join(',', _given.Select(weight => weight.ToString("R", CultureInfo.InvariantCulture)));

    private static float[] OfClasses(IDataset data, int classes)
    {
        long[] counts = new long[classes];
        int[] labels = new int[data.LabelShape.Count];
        for (int i = 0; i < data.Count; i++)
        {
            data.ReadLabels(i, labels);
            foreach (int label in labels)
            {
                counts[label]++;
            }
        }

        double all = counts.Sum();
        return [.. counts.Select(count => count == 0 ? 0 : (float)(all / (classes * (double)count)))];
    }

    private static float[] OfYes(IDataset data, int outputs)
    {
        double[] yes = new double[outputs];
        float[] targets = new float[outputs];
        for (int i = 0; i < data.Count; i++)
        {
            data.ReadTargets(i, targets);
            for (int k = 0; k < outputs; k++)
            {
                yes[k] += targets[k];
            }
        }

        return [.. yes.Select(count => count == 0 ? 0 : (float)((data.Count - count) / count))];
    }
}
