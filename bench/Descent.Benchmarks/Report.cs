using System.Globalization;
using System.Text.Json.Nodes;
using Descent.Benchmarks.Peers;

namespace Descent.Benchmarks;

/// <summary>Writes the results: a table for people, or one JSON object per line.</summary>
internal sealed class Report(Options options, double peakFlops)
{
    public const string Own = "Descent";

    /// <summary>The peer, after a line on why it is missing where it is.</summary>
    public static Peer? Found(Peer? peer, string name, string why)
    {
        if (peer is null)
        {
            Console.Error.WriteLine($"{name} is left out. {why.TrimEnd()}");
        }

        return peer;
    }

    public void Machine(params ReadOnlySpan<Peer?> peers)
    {
        foreach (Peer? peer in peers)
        {
            if (peer is not null)
            {
                Write($"{peer.Version["name"]} {peer.Version["version"]}", new JsonObject { ["peer"] = peer.Version.DeepClone() });
            }
        }

        Write($".NET {Environment.Version}, {Environment.ProcessorCount} cores, FMA peak of one core {peakFlops / 1e9:F0} GFLOP/s", new JsonObject
        {
            ["dotnet"] = Environment.Version.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["fma_peak_flops"] = peakFlops,
        });
    }

    public void Begin(Case of, long parameters, double lossError, double logitError, bool agree, bool compared)
    {
        string verdict = !compared ? "" : agree
            ? $"; losses agree to {lossError:E0}, logits to {logitError:E0}"
            : $"; VOID: losses differ by {lossError:E1}, logits by {logitError:E1}";
        Write($"\n{of.Name}: {parameters:N0} parameters{verdict}", new JsonObject
        {
            ["case"] = of.Name,
            ["parameters"] = parameters,
            ["loss_error"] = lossError,
            ["logit_error"] = logitError,
            ["valid"] = agree,
        });
    }

    public void Timings(Case of, Measure measure, IReadOnlyList<Timing> timings)
    {
        double own = timings.Single(t => t.Side == Own).SecondsPerIteration;
        int batch = measure == Measure.InferOne ? 1 : of.Batch;
        foreach (Timing t in timings)
        {
            double imagesPerSecond = batch / t.SecondsPerIteration;
            double ofPeak = imagesPerSecond * of.Flops(measure == Measure.Train) / peakFlops;
            double ratio = t.SecondsPerIteration / own;
            string speed = measure == Measure.InferOne ? $"{t.SecondsPerIteration * 1e6,12:N1} µs" : $"{imagesPerSecond,9:N0} img/s";
            string against = t.Side == Own ? "" : $"  Descent is {ratio:F2}× as fast";
            string what = measure.Text();
            Write($"  {what,-10} {t.Side,-13} {speed}  {ofPeak,6:P1} of a core's peak  {t.Setting,-24}{against}", new JsonObject
            {
                ["case"] = of.Name,
                ["measure"] = what,
                ["side"] = t.Side,
                ["setting"] = t.Setting,
                ["seconds_per_iteration"] = t.SecondsPerIteration,
                ["images_per_second"] = imagesPerSecond,
                ["fraction_of_core_peak"] = ofPeak,
                ["descent_times_as_fast"] = ratio,
            });
        }
    }

    public void Memory(Case of, double bytesPerStep, long ownPeak, long? torchPeak)
    {
        string peer = torchPeak is { } bytes ? $", PyTorch {bytes / 1e6:F0} MB" : "";
        Write($"  memory     Descent {ownPeak / 1e6:F0} MB{peer}; {bytesPerStep:F1} managed bytes allocated per step", new JsonObject
        {
            ["case"] = of.Name,
            ["measure"] = "memory",
            ["managed_bytes_per_step"] = bytesPerStep,
            ["peak_bytes"] = ownPeak,
            ["pytorch_peak_bytes"] = torchPeak,
        });
    }

    private void Write(FormattableString line, JsonObject json) =>
        Console.WriteLine(options.Json ? json.ToJsonString() : line.ToString(CultureInfo.InvariantCulture));
}
