using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Descent.Benchmarks;

/// <summary>Writes the results: text for people, one JSON object per case, and the page of the documentation.</summary>
internal static class Report
{
    private static readonly string[] s_sides = [CaseResult.Descent, CaseResult.PyTorch, CaseResult.OnnxRuntime];

    /// <summary>A case for people.</summary>
    public static string Text(CaseResult result, Machine machine)
    {
        var text = new StringBuilder();
        Add($"\n{result.Case.Name}: {result.Parameters:N0} parameters");
        if (!result.Valid)
        {
            Add($"; VOID: losses differ by {result.LossError:E1}, logits by {result.LogitError:E1}\n");
            return text.ToString();
        }

        Add($"{(result.LossError is { } loss ? $"; losses agree to {loss:E0}" : "")}");
        Add($"{(result.LogitError is { } logit ? $"; logits agree to {logit:E0}" : "")}\n");
        foreach ((Measure measure, IReadOnlyList<Timing> timings) in result.Timings)
        {
            double own = timings.Single(t => t.Side == CaseResult.Descent).Seconds;
            foreach (Timing t in timings)
            {
                double rate = measure.Batch(result.Case) / t.Seconds;
                double ofPeak = rate * result.Case.Flops(measure == Measure.Train) / machine.PeakFlops;
                string speed = measure == Measure.InferOne ? $"{t.Seconds * 1e6,12:N1} µs" : $"{rate,9:N0} img/s";
                string best = measure == Measure.InferOne ? $"{t.Best * 1e6:N1}" : $"{measure.Batch(result.Case) / t.Best:N0}";
                string against = t.Side == CaseResult.Descent ? "" : $"  Descent is {t.Seconds / own:F2}× as fast";
                Add($"  {measure.Text(),-10} {t.Side,-13} {speed} (best {best,9})  {ofPeak,6:P1} of a core's peak  {t.Setting,-24}{against}\n");
            }
        }

        string peer = result.PyTorchPeakBytes is { } bytes ? $", PyTorch {bytes / 1e6:F0} MB" : "";
        Add($"  memory     Descent {result.PeakBytes / 1e6:F0} MB{peer}; {result.AllocatedBytesPerStep:F1} managed bytes allocated per step");
        return text.ToString();

        void Add(FormattableString part) => text.Append(part.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A case for programs: every ratio is Descent's figure divided by the peer's, null where there is no peer.</summary>
    public static JsonObject Json(CaseResult result, Machine machine)
    {
        var json = new JsonObject
        {
            ["case"] = result.Case.Name,
            ["valid"] = result.Valid,
            ["loss_error"] = result.LossError,
            ["logit_error"] = result.LogitError,
            ["parameters"] = result.Parameters,
            ["train_ratio"] = result.TrainRatio,
            ["inference_ratio"] = result.InferenceRatio,
            ["latency_ratio"] = result.LatencyRatio,
            ["memory_ratio"] = result.Valid ? result.MemoryRatio : null,
            ["allocated_bytes_per_step"] = result.Valid ? result.AllocatedBytesPerStep : null,
            ["fma_fraction"] = result.FmaFraction(machine.PeakFlops),
        };
        foreach (string side in s_sides)
        {
            json[side.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal)] = Side(result, side);
        }

        json["machine"] = machine.Json();
        return json;
    }

    /// <summary>The page docs/performance.md.</summary>
    public static string Page(IReadOnlyList<CaseResult> results, Machine machine, DateTime date)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Performance

            Written by `bench/run --write` on {date:yyyy-MM-dd}; [how it is measured](benchmarks.md). Figures are medians of rounds in which the
            sides took turns. PyTorch and ONNX Runtime ran in the setting that suits each best.

            """);
        foreach (string line in machine.Lines)
        {
            text.Append("\n- ").Append(line);
        }

        text.Append("\n\n| case | train, img/s | PyTorch | ratio | inference, img/s | ONNX Runtime | ratio | one image, µs | ONNX Runtime | ratio "
            + "| training, MB | PyTorch | bytes allocated per step | of a core's peak in training |\n");
        text.Append("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n");
        foreach (CaseResult r in results.Where(r => r.Valid))
        {
            string[] cells =
            [
                Number(r.Rate(Measure.Train, CaseResult.Descent), "N0"), Number(r.Rate(Measure.Train, CaseResult.PyTorch), "N0"),
                Number(r.TrainRatio, "F2"),
                Number(r.Rate(Measure.Infer, CaseResult.Descent), "N0"), Number(r.Rate(Measure.Infer, CaseResult.OnnxRuntime), "N0"),
                Number(r.InferenceRatio, "F2"),
                Number(1e6 / r.Rate(Measure.InferOne, CaseResult.Descent), "N1"),
                Number(1e6 / r.Rate(Measure.InferOne, CaseResult.OnnxRuntime), "N1"), Number(r.LatencyRatio, "F2"),
                Number(r.PeakBytes / 1e6, "F0"), Number(r.PyTorchPeakBytes / 1e6, "F0"), Number(r.AllocatedBytesPerStep, "F0"),
                Number(r.FmaFraction(machine.PeakFlops), "P0"),
            ];
            text.Append(CultureInfo.InvariantCulture, $"| {r.Case.Name} | {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    private static JsonObject? Side(CaseResult result, string side)
    {
        var json = new JsonObject();
        foreach (Measure measure in result.Timings.Keys)
        {
            if (result.Of(measure, side) is { } timing)
            {
                json[measure.Text().Replace(' ', '_')] = new JsonObject
                {
                    ["seconds"] = timing.Seconds,
                    ["best_seconds"] = timing.Best,
                    ["images_per_second"] = result.Rate(measure, side),
                    ["setting"] = timing.Setting,
                };
            }
        }

        long? peak = side == CaseResult.Descent ? result.PeakBytes : side == CaseResult.PyTorch ? result.PyTorchPeakBytes : null;
        if (peak is not null)
        {
            json["peak_bytes"] = peak;
        }

        return json.Count > 0 ? json : null;
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
