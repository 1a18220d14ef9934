using System.Globalization;
using System.Runtime.InteropServices;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>
/// Convolutions of few channels fused with the max pooling after them, beside convolution and pooling one after the other, on one thread:
/// microseconds of processor time per image, best of the rounds.
/// </summary>
internal static unsafe class ConvPoolBench
{
    private const int Rounds = 5;

    private static readonly (string Name, Conv2dShape Conv)[] Cases =
    [
        ("lenet conv1", new(64, 1, 28, 28, 6, 5, 5, PadTop: 2, PadLeft: 2, PadBottom: 2, PadRight: 2)),
        ("lenet conv2", new(64, 6, 14, 14, 16, 5, 5)),
        ("3→32, 32²", new(64, 3, 32, 32, 32, 3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1)),
    ];

    public static void Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine($"1 thread, {Microkernel.Tier}, pooling 2×2; µs per image: fused / one after the other");
        Console.WriteLine("convolution         forward          backward weight  backward input   at the FMA peak, one pass");
        foreach ((string name, Conv2dShape conv) in Cases)
        {
            Time(name, new ConvPoolShape(conv, new Pool2dShape(conv.N, conv.K, conv.OutH, conv.OutW, 2, 2, 2, 2)));
        }
    }

    private static void Time(string name, ConvPoolShape s)
    {
        Conv2dShape c = s.Conv;
        var fused = (Forward: new ConvPoolForwardPlan(s, rectifies: true), Weight: new ConvPoolBackwardWeightPlan(s), Input: new ConvPoolBackwardInputPlan(s));
        var apart = (Forward: new Conv2dForwardPlan(c, Epilogue.BiasRelu), Weight: new Conv2dBackwardWeightPlan(c), Input: new Conv2dBackwardInputPlan(c));
        float* x = Timing.Random(c.InputFloats), w = Timing.Random(c.WeightFloats), bias = Timing.Random(c.K), image = Timing.Random(c.OutputFloats);
        float* y = Timing.Random(s.OutputFloats), places = Timing.Random(s.OutputFloats), dy = Timing.Random(s.OutputFloats), gradient = Timing.Random(c.OutputFloats);
        int* indices = (int*)Timing.Random(s.OutputFloats);
        float* dx = Timing.Random(c.InputFloats), dw = Timing.Random(c.WeightFloats), db = Timing.Random(c.K);
        float* packed = Timing.Random(Most(fused.Forward.PackedWeightFloats, apart.Forward.PackedWeightFloats));
        float* packedBack = Timing.Random(Most(fused.Input.PackedWeightFloats, apart.Input.PackedWeightFloats));
        float* workspace = Timing.Random(Most(
            fused.Forward.WorkspaceFloats(1), apart.Forward.WorkspaceFloats(1), fused.Weight.WorkspaceFloats(1), apart.Weight.WorkspaceFloats(1),
            fused.Input.WorkspaceFloats(1), apart.Input.WorkspaceFloats(1)));
        var args = new ConvPoolArgs
        {
            X = x,
            Weights = packed,
            Bias = bias,
            Y = y,
            Places = places,
            Dy = dy,
            Dx = dx,
            Dw = dw,
            Db = db,
            Workspace = workspace,
        };
        double peak = 0;
        double[] best = [.. Enumerable.Repeat(double.MaxValue, 6)];
        void Measure(int slot, Action action) => best[slot] = Math.Min(best[slot], Timing.Seconds(action));
        for (int round = 0; round < Rounds; round++)
        {
            peak = Math.Max(peak, FmaPeak.Measure());
            fused.Forward.PackWeights(w, packed, 0, fused.Forward.PackUnits);
            fused.Input.PackWeights(w, packedBack, 0, fused.Input.PackUnits);
            Measure(0, () => fused.Forward.Run(0, fused.Forward.Units, 0, args));
            Measure(1, () =>
            {
                fused.Weight.Run(0, fused.Weight.Units, 0, args);
                fused.Weight.RunFinish(0, fused.Weight.FinishUnits, args);
            });
            Measure(2, () => fused.Input.Run(0, fused.Input.Units, 0, args with { Weights = packedBack }));
            apart.Forward.PackWeights(w, packed, 0, apart.Forward.PackUnits);
            apart.Input.PackWeights(w, packedBack, 0, apart.Input.PackUnits);
            Measure(3, () =>
            {
                apart.Forward.RunAll(new() { Source = x, Weights = packed, Target = image, Shift = bias, Workspace = workspace });
                MaxPool2d.Forward(s.Pool, image, y, indices, 0, MaxPool2d.ForwardUnits(s.Pool));
            });
            var sums = new WeightGradientArgs { X = x, Dy = gradient, Dw = dw, Db = db, Workspace = workspace };
            Measure(4, () =>
            {
                MaxPool2d.Backward(s.Pool, dy, indices, gradient, 0, MaxPool2d.BackwardUnits(s.Pool));
                apart.Weight.RunAll(sums);
            });
            Measure(5, () => apart.Input.RunAll(new() { Source = gradient, Weights = packedBack, Target = dx, Workspace = workspace }));
        }

        IEnumerable<string> columns = Enumerable.Range(0, 3).Select(i => $"{best[i] / c.N * 1e6,6:F2} / {best[i + 3] / c.N * 1e6,6:F2}");
        Console.WriteLine($"{name,-16}{string.Join("  ", columns)}  {c.Flops / c.N / peak * 1e6,6:F2}");
        foreach (nint p in (nint[])[
            (nint)x, (nint)w, (nint)bias, (nint)image, (nint)y, (nint)places, (nint)dy, (nint)gradient, (nint)indices, (nint)dx, (nint)dw, (nint)db,
            (nint)packed, (nint)packedBack, (nint)workspace])
        {
            NativeMemory.AlignedFree((void*)p);
        }
    }

    private static long Most(params ReadOnlySpan<long> sizes)
    {
        long most = 0;
        foreach (long size in sizes)
        {
            most = Math.Max(most, size);
        }

        return most;
    }
}
