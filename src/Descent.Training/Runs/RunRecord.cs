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

    /// <summary>As <c>--data</c> takes it.</summary>
    public required string Data { get; init; }

    /// <summary>As <c>--data-dir</c> takes it; null where none was given.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>As <see cref="Architecture.Parse"/> takes it.</summary>
    public required string Model { get; init; }

    /// <summary>The file that the weights began with; null where they were drawn.</summary>
    public string? Weights { get; init; }

    /// <summary>The names that were drawn all the same, as <see cref="NamePattern"/> takes them; null where there were none.</summary>
    public string? Replaced { get; init; }

    /// <summary>The parameters that were kept as they were, as <see cref="NamePattern"/> takes them; null where all were trained.</summary>
    public string? Frozen { get; init; }

    public required string Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Threads that worked; results do not depend on it.</summary>
    public required int Threads { get; init; }

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
            json.WriteString("data", Data);
            json.WriteString("data_dir", DataDirectory);
            json.WriteString("model", Model);
            WriteIfAny("weights", Weights);
            WriteIfAny("replaced", Replaced);
            WriteIfAny("frozen", Frozen);
            json.WriteString("optimizer", Optimizer);
            json.WriteFinite("learning_rate", LearningRate);
            json.WriteNumber("epochs", Epochs);
            json.WriteNumber("batch", BatchSize);
            json.WriteNumber("seed", Seed);
            json.WriteNumber("threads", Threads);
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

            void WriteIfAny(string name, string? value)
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }
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
                Data = Text("data"),
                DataDirectory = run.GetProperty("data_dir").GetString(),
                Model = Text("model"),
                Weights = TextIfAny("weights"),
                Replaced = TextIfAny("replaced"),
                Frozen = TextIfAny("frozen"),
                Optimizer = Text("optimizer"),
                LearningRate = run.GetProperty("learning_rate").GetDouble(),
                Epochs = run.GetProperty("epochs").GetInt32(),
                BatchSize = run.GetProperty("batch").GetInt32(),
                Seed = run.GetProperty("seed").GetUInt64(),
                Threads = run.GetProperty("threads").GetInt32(),
                Outcome = run.TryGetProperty("result", out JsonElement result) ? RunOutcome.Of(result) : null,
                Error = run.TryGetProperty("error", out JsonElement error) ? error.GetString() : null,
            };

            string? TextIfAny(string name) => run.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

            string Text(string name) => run.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: it is not the record of a run: {e.Message}", e);
        }
    }
}

/// <summary>What a finished training came to; also the last line of <c>train --json</c>.</summary>
/// <param name="TestAccuracy">The part of the test labels that is right, in [0, 1]: of images, pixels or characters.</param>
/// <param name="TestLoss">Mean cross-entropy of the test labels.</param>
/// <param name="TrainSeconds">Training time, without validation and loading.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="Parameters">Numbers that were trained.</param>
/// <param name="WeightsSha256">See <see cref="WeightsHash"/>.</param>
public sealed record RunOutcome(
    double TestAccuracy, double TestLoss, double TrainSeconds, double ImagesPerSecond, int Epochs, long Parameters, string WeightsSha256)
{
    /// <summary>See <see cref="Evaluation.MeanIntersectionOverUnion"/>; null where pixels have no labels.</summary>
    public double? TestMeanIntersectionOverUnion { get; init; }

    /// <summary>Writes every value as a member of the JSON object that the writer stands in.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteFinite("test_accuracy", TestAccuracy);
        json.WriteFinite("test_loss", TestLoss);
        if (TestMeanIntersectionOverUnion is { } overlap)
        {
            json.WriteFinite("test_mean_iou", overlap);
        }

        json.WriteFinite("train_seconds", Math.Round(TrainSeconds, 3));
        json.WriteFinite("images_per_second", Math.Round(ImagesPerSecond, 1));
        json.WriteNumber("epochs", Epochs);
        json.WriteNumber("parameters", Parameters);
        json.WriteString("weights_sha256", WeightsSha256);
    }

    internal static RunOutcome Of(JsonElement result) => new(
        result.GetProperty("test_accuracy").GetDouble(),
        result.GetProperty("test_loss").GetDouble(),
        result.GetProperty("train_seconds").GetDouble(),
        result.GetProperty("images_per_second").GetDouble(),
        result.GetProperty("epochs").GetInt32(),
        result.GetProperty("parameters").GetInt64(),
        result.GetProperty("weights_sha256").GetString() ?? "")
    {
        TestMeanIntersectionOverUnion = result.TryGetProperty("test_mean_iou", out JsonElement overlap) ? overlap.GetDouble() : null,
    };
}
