using System.Globalization;
using System.Runtime.InteropServices;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>
/// The matrix product on one thread, packing included: GFLOP/s of processor time; as a fraction of the FMA peak, which is the best of many short
/// runs, and of a loop over registers that does as many operations and is timed in the same way; ratio to OpenBLAS. A virtual core stands still
/// for moments that only short runs escape: the second fraction is what the product itself loses.
/// </summary>
internal static unsafe class GemmBench
{
    private const int Rounds = 5;

    private const double SecondsPerRound = 0.03;

    private static readonly (int M, int N, int K)[] Shapes =
    [
        (64, 10, 100), (64, 100, 1000), (64, 256, 784), (64, 10, 256), (784, 256, 64),
        (1, 256, 784), (4, 256, 784), (65, 65, 64), (65, 64, 65),
        (3136, 64, 576), (16384, 16, 144), (25, 6, 36864), (2080, 192, 192), (256, 256, 256), (64, 512, 1024), (64, 1024, 1024), (256, 1024, 1024),
        (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048),
    ];

    public static void Run(OpenBlas? peer, IReadOnlyList<(int M, int N, int K)> shapes)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine($"1 thread, {Microkernel.Tier}; peer: {peer?.Version ?? "OpenBLAS not found"}");
        Console.WriteLine("shape              form   GFLOP/s  of peak  of loop  OpenBLAS  ratio");
        foreach ((int m, int n, int k) in shapes.Count > 0 ? shapes : Shapes)
        {
            foreach ((bool transposeA, bool transposeB) in ((bool, bool)[])[(false, false), (false, true), (true, false)])
            {
                Time(peer, new GemmShape(m, n, k) { TransposeA = transposeA, TransposeB = transposeB });
            }
        }
    }

    private static void Time(OpenBlas? peer, GemmShape shape)
    {
        var plan = new GemmPlan(shape);
        GemmShape s = plan.Shape;
        var operands = new GemmOperands
        {
            A = Random((long)s.M * s.K),
            B = Random((long)s.K * s.N),
            C = Random((long)s.M * s.N),
        };
        float* workspace = Random(plan.WorkspaceFloats);
        int loops = (int)Math.Max(Math.Round(s.Flops / FmaLoop.Flops), 1);
        double ours = double.MaxValue, theirs = double.MaxValue, loop = double.MaxValue, peak = 0;
        for (int round = 0; round < Rounds; round++)
        {
            peak = Math.Max(peak, FmaPeak.Measure());
            ours = Math.Min(ours, Seconds(() => plan.RunAll(operands, workspace)));
            loop = Math.Min(loop, Seconds(() => FmaPeak.Run(loops)) / (loops * FmaLoop.Flops));
            if (peer != null)
            {
                theirs = Math.Min(theirs, Seconds(() => peer.Multiply(s, operands)));
            }
        }

        string form = $"{(s.TransposeA ? 'T' : 'N')}{(s.TransposeB ? 'T' : 'N')}";
        string ratio = peer == null ? "" : $"{s.Flops / theirs / 1e9,9:F1} {theirs / ours,6:F2}";
        Console.WriteLine($"{$"{s.M}x{s.N}x{s.K}",-18} {form} {s.Flops / ours / 1e9,10:F1} {s.Flops / ours / peak,8:P1} {s.Flops / ours * loop,8:P1} {ratio}");
        NativeMemory.AlignedFree(operands.A);
        NativeMemory.AlignedFree(operands.B);
        NativeMemory.AlignedFree(operands.C);
        NativeMemory.AlignedFree(workspace);
    }

    /// <summary>
    /// Seconds of a call, the lower quartile of all: the least would pick the calls whose processor time the system counted short when it
    /// switched threads. Short calls are timed in groups of at least 50 µs.
    /// </summary>
    private static double Seconds(Action call)
    {
        call();
        double begin = ThreadClock.Seconds();
        call();
        int group = Math.Clamp((int)(50e-6 / (ThreadClock.Seconds() - begin)), 1, 1000);
        double now = ThreadClock.Seconds(), end = now + SecondsPerRound;
        List<double> times = [];
        while (now < end)
        {
            double start = now;
            for (int i = 0; i < group; i++)
            {
                call();
            }

            now = ThreadClock.Seconds();
            times.Add((now - start) / group);
        }

        times.Sort();
        return times[times.Count / 4];
    }

    private static float* Random(long count)
    {
        float* values = (float*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float) + 64), 64);
        var random = new Random(1);
        for (long i = 0; i < count; i++)
        {
            values[i] = (float)random.NextDouble() - 0.5f;
        }

        return values;
    }
}
