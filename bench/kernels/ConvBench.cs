using System.Globalization;
using System.Runtime.InteropServices;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>
/// The three passes of convolution on one thread, by every algorithm that serves: GFLOP/s of processor time by the flops of the direct
/// algorithm, padding counted as work, as a fraction of the FMA peak measured in the same rounds; and packing as a fraction of a run.
/// </summary>
internal static unsafe class ConvBench
{
    private const int Rounds = 5;

    private static readonly (string Name, Conv2dShape Shape)[] Cases =
    [
        ("lenet conv1", new(64, 1, 28, 28, 6, 5, 5, PadTop: 2, PadLeft: 2, PadBottom: 2, PadRight: 2)),
        ("lenet conv2", new(64, 6, 14, 14, 16, 5, 5)),
        ("3→16, 32²", Same(128, 3, 32, 16)),
        ("3→32, 32²", Same(128, 3, 32, 32)),
        ("16→16, 32²", Same(128, 16, 32, 16)),
        ("16→16, 32² of 16", Same(16, 16, 32, 16)),
        ("32→32, 16²", Same(128, 32, 16, 32)),
        ("32→32, 32²", Same(64, 32, 32, 32)),
        ("64→64, 8²", Same(128, 64, 8, 64)),
        ("64→64, 32²", Same(64, 64, 32, 64)),
        ("64→64, 56²", Same(8, 64, 56, 64)),
        ("128→128, 28²", Same(8, 128, 28, 128)),
        ("128→128, 16²", Same(64, 128, 16, 128)),
        ("256→256, 8²", Same(64, 256, 8, 256)),
        ("256→256, 14²", Same(8, 256, 14, 256)),
        ("512→512, 7²", Same(8, 512, 7, 512)),
        ("16→32, 32² s2", new(128, 16, 32, 32, 32, 3, 3, 2, 2, 1, 1, 1, 1)),
        ("1×1 256→256, 14²", new(16, 256, 14, 14, 256, 1, 1)),
        ("1×1 256→512 s2", new(8, 256, 28, 28, 512, 1, 1, 2, 2)),
        ("1×1 64→64, 56²", new(8, 64, 56, 56, 64, 1, 1)),
        ("7×7 3→64 s2, 224²", new(4, 3, 224, 224, 64, 7, 7, 2, 2, 3, 3, 3, 3)),
        ("depthwise 144, 28²", new(8, 144, 28, 28, 144, 3, 3, 1, 1, 1, 1, 1, 1, Groups: 144)),
    ];

    public static void Run(IReadOnlyList<string> names)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine($"1 thread, {Microkernel.Tier}");
        Console.WriteLine("convolution          pass            algorithm GFLOP/s, of peak");
        foreach ((string name, Conv2dShape shape) in Cases)
        {
            if (names.Count == 0 || names.Any(n => name.Contains(n, StringComparison.Ordinal)))
            {
                Time(name, shape);
            }
        }
    }

    private static Conv2dShape Same(int n, int c, int size, int k) => new(n, c, size, size, k, 3, 3, 1, 1, 1, 1, 1, 1);

    private static void Time(string name, Conv2dShape s)
    {
        float* x = Timing.Random(s.InputFloats), y = Timing.Random(s.OutputFloats), w = Timing.Random(s.WeightFloats), db = Timing.Random(s.K);
        var memory = new List<nint> { (nint)x, (nint)y, (nint)w, (nint)db };
        Conv2dPass[] passes = Enum.GetValues<Conv2dPass>();
        List<Variant>[] variants = [.. passes.Select(pass => Conv2dAlgorithms.For(s, pass).Select(c => Prepare(s, pass, c, memory, x, y, w, db)).ToList())];
        double peak = 0;
        for (int round = 0; round < Rounds; round++)
        {
            peak = Math.Max(peak, FmaPeak.Measure());
            foreach (Variant variant in variants.SelectMany(v => v))
            {
                variant.Best = Math.Min(variant.Best, Timing.Seconds(variant.Run));
                variant.BestPacking = Math.Min(variant.BestPacking, Timing.Seconds(variant.Pack));
                // Gradients added to weights and images again and again would end in infinities.
                Timing.Fill(x, s.InputFloats);
                Timing.Fill(y, s.OutputFloats);
            }
        }

        for (int pass = 0; pass < passes.Length; pass++)
        {
            foreach (Variant v in variants[pass])
            {
                string packing = passes[pass] == Conv2dPass.BackwardWeight ? "" : $"packing {v.BestPacking / v.Best,5:P1}";
                Console.WriteLine(
                    $"{name,-20} {passes[pass],-15} {v.Candidate.Algorithm,-9} {s.Flops / v.Best / 1e9,6:F1} {s.Flops / v.Best / peak,7:P1} " +
                    $"{v.Best / s.N * 1e6,8:F2} µs an image, estimated {v.Candidate.Seconds / v.Best,4:F2} of it   {packing}");
            }
        }
        foreach (nint p in memory)
        {
            NativeMemory.AlignedFree((void*)p);
        }
    }

    private static Variant Prepare(
        Conv2dShape s, Conv2dPass pass, Conv2dCandidate candidate, List<nint> memory, float* x, float* y, float* w, float* db)
    {
        if (pass == Conv2dPass.BackwardWeight)
        {
            var plan = new Conv2dBackwardWeightPlan(s, candidate.Algorithm);
            var gradient = new WeightGradientArgs { X = x, Dy = y, Dw = w, Db = db, Workspace = Random(plan.WorkspaceFloats(1)) };
            return new Variant(candidate, () => plan.RunAll(gradient), () => { });
        }
        if (pass == Conv2dPass.Forward)
        {
            var plan = new Conv2dForwardPlan(s, candidate.Algorithm);
            var args = new ConvolutionArgs { Source = x, Weights = Random(plan.PackedWeightFloats), Target = y, Workspace = Random(plan.WorkspaceFloats(1)) };
            return new Variant(candidate, () => plan.RunAll(args), () => plan.PackWeights(w, args.Weights, 0, plan.PackUnits));
        }
        var backward = new Conv2dBackwardInputPlan(s, candidate.Algorithm);
        var input = new ConvolutionArgs
        {
            Source = y,
            Weights = Random(backward.PackedWeightFloats),
            Target = x,
            Workspace = Random(backward.WorkspaceFloats(1)),
        };
        return new Variant(
            candidate, () => backward.RunAll(input), () => backward.PackWeights(w, input.Weights, 0, backward.PackUnits));

        float* Random(long floats)
        {
            float* block = Timing.Random(floats);
            memory.Add((nint)block);
            return block;
        }
    }

    private sealed record Variant(Conv2dCandidate Candidate, Action Run, Action Pack)
    {
        public double Best { get; set; } = double.MaxValue;

        public double BestPacking { get; set; } = double.MaxValue;
    }
}
