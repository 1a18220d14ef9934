using Descent.Benchmarks.Peers;

namespace Descent.Benchmarks;

/// <summary>One case from beginning to end: equal weights and data on all sides, the same numbers, then the race.</summary>
internal static class CaseRun
{
    private const int Steps = 10;

    // Ten steps in single precision, each side adding in its own order.
    private const double Tolerance = 1e-3;

    private static readonly int[] s_peerThreads = [1, 2];

    public static CaseResult Run(Case of, Options options, Peer? torch, Peer? onnx, string folder)
    {
        var own = new OwnSide(of, options.Threads);
        string weights = Path.Combine(folder, of.Name + ".weights"), data = Path.Combine(folder, of.Name + ".data");
        own.Export(weights, data);
        void Load(Peer peer, bool channelsLast, int threads) => peer.Load(of.Name, weights, data, channelsLast, threads);

        double? lossError = null, logitError = null;
        if (torch is not null)
        {
            Load(torch, channelsLast: false, threads: 1);
            lossError = Error(own.Losses(Steps), torch.Losses(Steps));
            logitError = Error(own.Logits().Select(x => (double)x), torch.Logits().SelectMany(row => row));
        }

        if (onnx is not null)
        {
            Load(onnx, channelsLast: false, threads: 1);
            double error = Error(own.Logits().Select(x => (double)x), onnx.Logits().SelectMany(row => row));
            logitError = Math.Max(logitError ?? 0, error);
        }

        // A NaN is no agreement.
        bool agree = (lossError is null || lossError <= Tolerance) && (logitError is null || logitError <= Tolerance);
        var result = new CaseResult(of, own.Parameters, lossError, logitError, agree);
        if (!agree)
        {
            return result;
        }

        var contenders = new List<Contender>
        {
            new(CaseResult.Descent, Threads(options.Threads), (measure, n) =>
                measure == Measure.Train ? own.Train(n) : own.Infer(n, measure.Batch(of))),
        };
        if (torch is not null)
        {
            // Without convolutions there is one layout.
            bool[] layouts = of.ImageShape.Rank > 1 ? [false, true] : [false];
            contenders.AddRange(layouts.SelectMany(channelsLast => s_peerThreads.Select(threads => new Contender(
                CaseResult.PyTorch, $"{(channelsLast ? "channels_last" : "default")}, {Threads(threads)}", (measure, n) =>
                {
                    Load(torch, channelsLast, threads);
                    return Time(torch, of, measure, n);
                }))));
        }

        if (onnx is not null)
        {
            contenders.AddRange(s_peerThreads.Select(threads => new Contender(CaseResult.OnnxRuntime, Threads(threads), (measure, n) =>
            {
                if (measure == Measure.Train)
                {
                    return null;
                }

                Load(onnx, channelsLast: false, threads);
                return Time(onnx, of, measure, n);
            })));
        }

        return result with
        {
            Timings = Enum.GetValues<Measure>().ToDictionary(
                measure => measure, measure => Race.Run(of, measure, contenders, options.Rounds, options.Seconds)),
            AllocatedBytesPerStep = own.BytesPerStep(),
            PeakBytes = PeakMemory.OfOwn(of, options.Threads),
            PyTorchPeakBytes = torch is null ? null : TorchPeak(of, options, weights, data),
        };
    }

    private static double Time(Peer peer, Case of, Measure measure, int iterations)
    {
        int warmUp = of.Few(Case.Ring); // The first steps pick kernels and grow buffers.
        if (measure == Measure.Train)
        {
            peer.Train(warmUp);
            return peer.Train(iterations);
        }

        peer.Infer(warmUp, measure.Batch(of));
        return peer.Infer(iterations, measure.Batch(of));
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
        fresh.Infer(of.Few(10), of.Batch);
        return fresh.PeakBytes();
    }

    private static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    /// <summary>The largest difference, as a part of the largest value.</summary>
    private static double Error(IEnumerable<double> actual, IEnumerable<double> expected)
    {
        double[] reference = [.. expected];
        double scale = reference.Max(Math.Abs);
        return actual.Zip(reference, (a, b) => Math.Abs(a - b)).Max() / scale;
    }
}
