using System.Text.Json;

namespace Descent;

/// <summary>What a network came to on the part of the data that it had not seen.</summary>
/// <param name="Value">Of the setting that is swept; null where none is.</param>
/// <param name="Fold">From 1.</param>
/// <param name="Evaluation">On the held-out part.</param>
/// <param name="Seconds">Of training and measuring.</param>
public sealed record FoldScore(string? Value, int Fold, Evaluation Evaluation, double Seconds)
{
    /// <summary>Writes every value as a member of the JSON object that the writer stands in.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        if (Value is not null)
        {
            json.WriteString("value", Value);
        }

        json.WriteNumber("fold", Fold);
        json.WriteFinite(Evaluation.R2 is null ? "accuracy" : "r2", Evaluation.Score);
        json.WriteFinite("loss", Evaluation.Loss);
        json.WriteFinite("seconds", Math.Round(Seconds, 3));
    }
}

/// <summary>All folds of one value together.</summary>
/// <param name="Value">Of the setting that is swept; null where none is.</param>
/// <param name="Folds">One for each part.</param>
public sealed record FoldSummary(string? Value, IReadOnlyList<FoldScore> Folds)
{
    /// <summary>Mean of the accuracies, or of R² where <see cref="HasAccuracy"/> is false.</summary>
    public double Score => Folds.Average(fold => fold.Evaluation.Score);

    /// <summary>Standard deviation of what <see cref="Score"/> is the mean of between folds, with n − 1.</summary>
    public double ScoreDeviation => Deviation(fold => fold.Evaluation.Score);

    /// <summary>Whether classes are learned, and not numbers.</summary>
    public bool HasAccuracy => Folds[0].Evaluation.R2 is null;

    /// <summary>Mean of the losses.</summary>
    public double Loss => Folds.Average(fold => fold.Evaluation.Loss);

    /// <summary>Standard deviation of the losses between folds, with n − 1.</summary>
    public double LossDeviation => Deviation(fold => fold.Evaluation.Loss);

    /// <summary>Writes every value as a member of the JSON object that the writer stands in.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        if (Value is not null)
        {
            json.WriteString("value", Value);
        }

        json.WriteNumber("folds", Folds.Count);
        string score = HasAccuracy ? "accuracy" : "r2";
        json.WriteFinite($"{score}_mean", Score);
        json.WriteFinite($"{score}_deviation", ScoreDeviation);
        json.WriteFinite("loss_mean", Loss);
        json.WriteFinite("loss_deviation", LossDeviation);
    }

    private double Deviation(Func<FoldScore, double> of)
    {
        double mean = Folds.Average(of);
        return Math.Sqrt(Folds.Sum(fold => (of(fold) - mean) * (of(fold) - mean)) / Math.Max(1, Folds.Count - 1));
    }
}
