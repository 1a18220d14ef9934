using Descent.Benchmarks.Peers;

namespace Descent.Benchmarks;

/// <summary>One case from beginning to end: equal weights and data on all sides, the same numbers, then the race.</summary>
internal static class CaseRun
{
    private const int Steps = 10;

    // Ten steps in single precision, each side adding in its own order.
    private const double Tolerance = 1e-3;

    private static readonly int[] PeerThreads = [1, 2];

    /// <summary>False where the sides do not compute the same, which voids the case.</summary>
    public static bool Run(Case of, Options options, Peer? torch, Peer? onnx, string folder, Report report)
    {
        var own = new OwnSide(of, options.Threads);
        string weights = Path.Combine(folder, of.Name + ".weights"), data = Path.Combine(folder, of.Name + ".data");
        own.Export(weights, data);
        void Load(Peer peer, bool channelsLast, int threads) => peer.Load(of.Name, weights, data, channelsLast, threads);

        double lossError = 0, logitError = 0;
        if (torch is not null)
        {
            Load(torch, channelsLast: false, threads: 1);
            lossError = Error(own.Losses(Steps), torch.Losses(Steps));
            logitError = Error(own.Logits().Select(x => (double)x), torch.Logits().SelectMany(row => row));
        }

        if (onnx is not null)
        {
            Load(onnx, channelsLast: false, threads: 1);
            logitError = Math.Max(logitError, Error(own.Logits().Select(x => (double)x), onnx.Logits().SelectMany(row => row)));
        }

        bool agree = lossError <= Tolerance && logitError <= Tolerance;
        report.Begin(of, own.Parameters, lossError, logitError, agree, compared: torch is not null || onnx is not null);
        if (!agree)
        {
            return false;
        }

        var contenders = new List<Contender>
        {
            new(Report.Own, Threads(options.Threads), (measure, n) =>
                measure == Measure.Train ? own.Train(n) : own.Infer(n, Batch(of, measure))),
        };
        if (torch is not null)
        {
            // Without convolutions there is one layout.
            bool[] layouts = of.ImageShape.Rank > 1 ? [false, true] : [false];
            contenders.AddRange(layouts.SelectMany(channelsLast => PeerThreads.Select(threads => new Contender(
                "PyTorch", $"{(channelsLast ? "channels_last" : "default")}, {Threads(threads)}", (measure, n) =>
                {
                    Load(torch, channelsLast, threads);
                    return Time(torch, of, measure, n);
                }))));
        }

        if (onnx is not null)
        {
            contenders.AddRange(PeerThreads.Select(threads => new Contender("ONNX Runtime", Threads(threads), (measure, n) =>
            {
                if (measure == Measure.Train)
                {
                    return null;
                }

                Load(onnx, channelsLast: false, threads);
                return Time(onnx, of, measure, n);
            })));
        }

        foreach (Measure measure in Enum.GetValues<Measure>())
        {
            report.Timings(of, measure, Race.Run(measure, contenders, options.Rounds, options.Seconds));
        }

        long? torchPeak = torch is null ? null : TorchPeak(of, options, weights, data);
        report.Memory(of, own.BytesPerStep(), PeakMemory.OfOwn(of, options.Threads), torchPeak);
        return true;
    }

    private static double Time(Peer peer, Case of, Measure measure, int iterations)
    {
        if (measure == Measure.Train)
        {
            peer.Train(of.Few(Case.Ring)); // The first steps pick kernels and grow buffers.
            return peer.Train(iterations);
        }

        peer.Infer(of.Few(Case.Ring), Batch(of, measure));
        return peer.Infer(iterations, Batch(of, measure));
    }

    private static long? TorchPeak(Case of, Options options, string weights, string data)
    {
        using Peer? fresh = Peer.Torch(options.Python, out _);
        if (fresh is null)
        {
            return null;
        }

        fresh.Load(of.Name, weights, data, channelsLast: false, threads: 1);
        fresh.Train(of.Few(50));
        fresh.Infer(10, of.Batch);
        return fresh.PeakBytes();
    }

    private static int Batch(Case of, Measure measure) => measure == Measure.InferOne ? 1 : of.Batch;

    private static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    /// <summary>The largest difference, as a part of the largest value.</summary>
    private static double Error(IEnumerable<double> actual, IEnumerable<double> expected)
    {
        double[] reference = [.. expected];
        double scale = reference.Max(Math.Abs);
        return actual.Zip(reference, (a, b) => Math.Abs(a - b)).Max() / scale;
    }
}
