using System.Globalization;
using System.Runtime.InteropServices;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>
/// The three passes of convolution on one thread: GFLOP/s of processor time, padding counted as work, and the fraction of the FMA peak
/// measured in the same rounds; for few channels also microseconds per image.
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
        ("32→32, 16²", Same(128, 32, 16, 32)),
        ("64→64, 8²", Same(128, 64, 8, 64)),
        ("64→64, 32²", Same(64, 64, 32, 64)),
        ("64→64, 56²", Same(8, 64, 56, 64)),
        ("128→128, 28²", Same(8, 128, 28, 128)),
        ("128→128, 16²", Same(32, 128, 16, 128)),
        ("256→256, 8²", Same(32, 256, 8, 256)),
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
        Console.WriteLine("convolution             forward       backward input  backward weight   GFLOP/s, of peak");
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
        var forward = new Conv2dForwardPlan(s);
        var backward = new Conv2dBackwardInputPlan(s);
        var weight = new Conv2dBackwardWeightPlan(s);
        float* x = Timing.Random(s.InputFloats), y = Timing.Random(s.OutputFloats), w = Timing.Random(s.WeightFloats), db = Timing.Random(s.K);
        float* packed = Timing.Random(Math.Max(forward.PackedWeightFloats, backward.PackedWeightFloats));
        float* workspace = Timing.Random(Math.Max(Math.Max(forward.WorkspaceFloats(1), backward.WorkspaceFloats(1)), weight.WorkspaceFloats(1)));
        var forwardArgs = new ConvolutionArgs { Source = x, Weights = packed, Target = y, Workspace = workspace };
        var backwardArgs = new ConvolutionArgs { Source = y, Weights = packed, Target = x, Workspace = workspace };
        var weightArgs = new WeightGradientArgs { X = x, Dy = y, Dw = w, Db = db, Workspace = workspace };
        double peak = 0;
        double[] best = [double.MaxValue, double.MaxValue, double.MaxValue];
        for (int round = 0; round < Rounds; round++)
        {
            peak = Math.Max(peak, FmaPeak.Measure());
            best[0] = Math.Min(best[0], Timing.Seconds(() => forward.Run(0, forward.Units, 0, forwardArgs)));
            best[1] = Math.Min(best[1], Timing.Seconds(() => backward.Run(0, backward.Units, 0, backwardArgs)));
            best[2] = Math.Min(best[2], Timing.Seconds(() =>
            {
                weight.Run(0, weight.Units, 0, weightArgs);
                weight.RunCombine(0, weight.CombineUnits, weightArgs);
                weight.RunStore(0, weight.StoreUnits, weightArgs);
            }));
            // Gradients added to weights and images again and again would end in infinities.
            Timing.Fill(x, s.InputFloats);
            Timing.Fill(y, s.OutputFloats);
        }

        string line = string.Join("  ", best.Select(t => $"{s.Flops / t / 1e9,6:F1} {s.Flops / t / peak,6:P1} {(s.C < 16 ? $"{t / s.N * 1e6,5:F2} µs" : "")}"));
        Console.WriteLine($"{name,-20}{line}");
        foreach (nint p in (nint[])[(nint)x, (nint)y, (nint)w, (nint)db, (nint)packed, (nint)workspace])
        {
            NativeMemory.AlignedFree((void*)p);
        }
    }
}
