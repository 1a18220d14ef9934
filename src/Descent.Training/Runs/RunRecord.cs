using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>What <c>run.json</c> says: how a network was trained, and what came of it.</summary>
public sealed record RunRecord
{
    /// <summary>The run has begun and not ended; if no process works on it, it was killed.</summary>
    public const string Running = "running";

    /// <summary>All epochs are done.</summary>
    public const string Finished = "finished";

    /// <summary>It was stopped; the weights are those of the last whole step.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>It ended with an error.</summary>
    public const string Failed = "failed";

    public string Status { get; init; } = Running;

    /// <summary>Of the Descent that trained it.</summary>
    public string Version { get; init; } = typeof(RunRecord).Assembly.GetName().Version?.ToString(3) ?? "";

    public DateTimeOffset Started { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>
    /// What the training was told, defaults and what suits the network included: <c>descent train --config</c> repeats the run from it.
    /// </summary>
    public required SettingValues Settings { get; init; }

    /// <summary>Where the training and test data came from.</summary>
    public DataSource Data => Settings.Get(TrainingSettings.Data);

    /// <summary>Where named data sets were looked for first; null where that was not said.</summary>
    public string? DataDirectory => Settings.Get(TrainingSettings.DataDirectory);

    /// <summary>Where all random numbers came from.</summary>
    public ulong Seed => Settings.Get(TrainingSettings.Seed);

    /// <summary>Null until the run has ended.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>What went wrong; null unless <see cref="Status"/> is failed.</summary>
    public string? Error { get; init; }

    internal string ToJson() => Json.Text(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("status", Status);
            json.WriteString("descent", Version);
            json.WriteString("started", Started.ToString("O", CultureInfo.InvariantCulture));
            json.WriteStartObject("settings");
            Settings.WriteMembers(json, TrainingPlan.UsedBy(Settings.Get(TrainingSettings.Model)));
            json.WriteEndObject();
            if (Outcome is not null)
            {
                json.WriteStartObject("result");
                Outcome.WriteMembers(json);
                json.WriteEndObject();
            }

            if (Error is not null)
            {
                json.WriteString("error", Error);
            }

            json.WriteEndObject();
        },
        indented: true);

    /// <exception cref="InvalidDataException">The text is not what <see cref="ToJson"/> writes.</exception>
    internal static RunRecord FromJson(string text, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement run = document.RootElement;
            return new RunRecord
            {
                Status = Text("status"),
                Version = Text("descent"),
                Started = DateTimeOffset.Parse(Text("started"), CultureInfo.InvariantCulture),
                Settings = ConfigurationFile.Read(text, path, TrainingSettings.Schema),
                Outcome = run.TryGetProperty("result", out JsonElement result) ? RunOutcome.Of(result) : null,
                Error = run.TryGetProperty("error", out JsonElement error) ? error.GetString() : null,
            };

            string Text(string name) => run.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ConfigurationException)
        {
            throw new InvalidDataException($"{path}: it is not the record of a run: {e.Message}", e);
        }
    }
}

/// <summary>What a finished training came to; also the last line of <c>train --json</c>.</summary>
/// <param name="TestAccuracy">The part of the test labels that is right, in [0, 1]: of images, pixels or characters; null where numbers are learned.</param>
/// <param name="TestLoss">Mean cross-entropy of the test labels; of numbers the mean squared error.</param>
/// <param name="TrainSeconds">Training time, without validation and loading.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="Parameters">Numbers that were trained.</param>
/// <param name="WeightsSha256">See <see cref="WeightsHash"/>.</param>
public sealed record RunOutcome(
    double? TestAccuracy, double TestLoss, double TrainSeconds, double ImagesPerSecond, int Epochs, long Parameters, string WeightsSha256)
{
    /// <summary>See <see cref="Evaluation.MeanIntersectionOverUnion"/>; null where pixels have no labels.</summary>
    public double? TestMeanIntersectionOverUnion { get; init; }

    /// <summary>See <see cref="Evaluation.R2"/>; null where classes are learned.</summary>
    public double? TestR2 { get; init; }

    /// <summary>Writes every value as a member of the JSON object that the writer stands in.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        WriteIfAny("test_accuracy", TestAccuracy);
        WriteIfAny("test_r2", TestR2);
        json.WriteFinite("test_loss", TestLoss);
        WriteIfAny("test_mean_iou", TestMeanIntersectionOverUnion);
        json.WriteFinite("train_seconds", Math.Round(TrainSeconds, 3));
        json.WriteFinite("images_per_second", Math.Round(ImagesPerSecond, 1));
        json.WriteNumber("epochs", Epochs);
        json.WriteNumber("parameters", Parameters);
        json.WriteString("weights_sha256", WeightsSha256);

        void WriteIfAny(string name, double? value)
        {
            if (value is { } number)
            {
                json.WriteFinite(name, number);
            }
        }
    }

    internal static RunOutcome Of(JsonElement result) => new(
        IfAny(result, "test_accuracy"),
        result.GetProperty("test_loss").GetDouble(),
        result.GetProperty("train_seconds").GetDouble(),
        result.GetProperty("images_per_second").GetDouble(),
        result.GetProperty("epochs").GetInt32(),
        result.GetProperty("parameters").GetInt64(),
        result.GetProperty("weights_sha256").GetString() ?? "")
    {
        TestMeanIntersectionOverUnion = IfAny(result, "test_mean_iou"),
        TestR2 = IfAny(result, "test_r2"),
    };

    private static double? IfAny(JsonElement result, string name) => result.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
}
