using System.Text.Json;

namespace Descent;

/// <summary>Where training stands after a step.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">All epochs.</param>
/// <param name="Step">Steps done in all epochs.</param>
/// <param name="Steps">Steps of all epochs.</param>
/// <param name="Loss">The loss, smoothed over about 50 steps.</param>
/// <param name="ValidationAccuracy">Of the last epoch that ended; null before, without a validation set, or where numbers are learned.</param>
/// <param name="ImagesPerSecond">Training speed so far.</param>
/// <param name="Remaining">Estimated time left.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, long Step, long Steps, double Loss, double? ValidationAccuracy, double ImagesPerSecond, TimeSpan Remaining);

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps done so far.</param>
/// <param name="TrainingLoss">Mean loss of the epoch's images, each at the time it was trained on.</param>
/// <param name="Validation">Null without a validation set.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="Seconds">Training time of this epoch, without validation.</param>
public sealed record EpochResult(int Epoch, long Step, double TrainingLoss, Evaluation? Validation, double LearningRate, double Seconds)
{
    /// <summary>Writes every value as a member of the JSON object that the writer stands in.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("step", Step);
        json.WriteFinite("train_loss", TrainingLoss);
        if (Validation is not null)
        {
            json.WriteFinite("validation_loss", Validation.Loss);
            json.WriteFinite(Validation.R2 is null ? "validation_accuracy" : "validation_r2", Validation.Score);
            if (Validation.MeanIntersectionOverUnion is { } overlap)
            {
                json.WriteFinite("validation_mean_iou", overlap);
            }
        }

        json.WriteFinite("learning_rate", LearningRate);
        json.WriteFinite("seconds", Math.Round(Seconds, 3));
    }

    /// <summary>Writes all of it, so that <see cref="FromState"/> gives an equal result.</summary>
    internal void SaveState(Utf8JsonWriter json)
    {
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("step", Step);
        json.WriteExact("train_loss", TrainingLoss);
        json.WriteExact("learning_rate", LearningRate);
        json.WriteExact("seconds", Seconds);
        if (Validation is not null)
        {
            json.WriteStartObject("validation");
            json.WriteNumber("count", Validation.Count);
            json.WriteNumber("correct", Validation.Correct);
            json.WriteExact("loss", Validation.Loss);
            json.WriteNumber("labels_per_image", Validation.LabelsPerImage);
            json.WriteExact("mean_iou", Validation.MeanIntersectionOverUnion ?? double.NaN);
            if (Validation.R2 is { } r2)
            {
                json.WriteExact("r2", r2);
            }

            json.WriteEndObject();
        }
    }

    internal static EpochResult FromState(JsonElement state)
    {
        Evaluation? validation = null;
        if (state.TryGetProperty("validation", out JsonElement measured))
        {
            validation = new(measured.GetProperty("count").GetInt32(), measured.GetProperty("correct").GetInt64(), measured.ReadExact("loss"))
            {
                LabelsPerImage = measured.GetProperty("labels_per_image").GetInt32(),
                MeanIntersectionOverUnion = measured.ReadExact("mean_iou") is double overlap && !double.IsNaN(overlap) ? overlap : null,
                R2 = measured.TryGetProperty("r2", out _) ? measured.ReadExact("r2") : null,
            };
        }

        return new(
            state.GetProperty("epoch").GetInt32(),
            state.GetProperty("step").GetInt64(),
            state.ReadExact("train_loss"),
            validation,
            state.ReadExact("learning_rate"),
            state.ReadExact("seconds"));
    }
}

/// <summary>What a training came to.</summary>
/// <param name="Epochs">The epochs that were completed.</param>
/// <param name="IsComplete">False where it was interrupted.</param>
/// <param name="Seconds">Training time, without validation.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
public sealed record TrainingResult(IReadOnlyList<EpochResult> Epochs, bool IsComplete, double Seconds, double ImagesPerSecond)
{
    /// <summary>Why it ended before its last epoch, as a callback said; null where it did not.</summary>
    public string? StopReason { get; init; }
}
