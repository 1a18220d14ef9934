using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Kernels;
using LayerNorm = Descent.Kernels.LayerNorm;

namespace Descent.KernelBench;

/// <summary>Row-wise and elementwise kernels on one thread: a billion elements a second of processor time, and how that compares with exp alone.</summary>
internal static unsafe class RowBench
{
    private const int Rounds = 5, Elements = 64 * 1024;

    public static void Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        float* x = Timing.Random(Elements), y = Timing.Random(Elements), dy = Timing.Random(Elements), dx = Timing.Random(Elements);
        double exp = Elements / Best(() => Loop(&UnaryLoop<Exp>.Run, x, y)) / 1e9;
        Console.WriteLine($"exp {exp:F2} Gelem/s at {Elements * sizeof(float) / 1024} KB");
        Elementwise<Exp>(x, y, dy, dx, exp);
        Elementwise<Tanh>(x, y, dy, dx, exp);
        Elementwise<Sigmoid>(x, y, dy, dx, exp);
        Elementwise<Gelu>(x, y, dy, dx, exp);
        Elementwise<GeluTanh>(x, y, dy, dx, exp);
        Elementwise<Silu>(x, y, dy, dx, exp);
        foreach (int n in new[] { 10, 65, 128, 1000 })
        {
            int rows = Elements / n;
            Report($"softmax of {n}", rows * n, Best(() => SoftmaxRows.Softmax(x, y, n, 0, rows)), exp);
            Report($"softmax backward of {n}", rows * n, Best(() => SoftmaxRows.SoftmaxBackward(y, dy, dx, n, 0, rows)), exp);
            Report($"log-softmax of {n}", rows * n, Best(() => SoftmaxRows.LogSoftmax(x, y, n, 0, rows)), exp);
            Report($"log-softmax backward of {n}", rows * n, Best(() => SoftmaxRows.LogSoftmaxBackward(y, dy, dx, n, 0, rows)), exp);
        }
        foreach (int n in new[] { 64, 192, 768 })
        {
            int rows = Elements / n;
            float* gamma = Timing.Random(n), beta = Timing.Random(n), mean = Timing.Random(rows), r = Timing.Random(rows);
            float* workspace = Timing.Random(LayerNorm.WorkspaceFloats(rows, n));
            Report($"layer-norm of {n}", rows * n, Best(() => LayerNorm.Forward(n, 1e-5f, x, gamma, beta, y, mean, r, 0, rows)), exp);
            Report(
                $"layer-norm backward of {n}", rows * n,
                Best(() => LayerNorm.Backward(rows, n, x, dy, gamma, mean, r, dx, workspace, 0, LayerNorm.BackwardUnits(rows, n))), exp);
            Free(gamma, beta, mean, r, workspace);
        }
        Attention(65, 64);
        Attention(197, 64);
        Attention(1024, 64);
        Free(x, y, dy, dx);
    }

    private static void Elementwise<TOp>(float* x, float* y, float* dy, float* dx, double exp)
        where TOp : struct, IUnaryOp
    {
        Report(TOp.Name, Elements, Best(() => Loop(&UnaryLoop<TOp>.Run, x, y)), exp);
        Report(TOp.Name + " backward", Elements, Best(() => LoopBackward(&UnaryBackwardLoop<TOp>.Run, x, y, dy, dx)), exp);
    }

    // As a tile program calls them: a thousand elements at a time.
    [MethodImpl(Jit.Hot)]
    private static void Loop(delegate*<nint*, int, void> loop, float* x, float* y)
    {
        const int Tile = 1024;
        nint* args = stackalloc nint[2];
        for (int i = 0; i < Elements; i += Tile)
        {
            (args[0], args[1]) = ((nint)(x + i), (nint)(y + i));
            loop(args, Tile);
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void LoopBackward(delegate*<nint*, int, void> loop, float* x, float* y, float* dy, float* dx)
    {
        const int Tile = 1024;
        nint* args = stackalloc nint[4];
        for (int i = 0; i < Elements; i += Tile)
        {
            (args[0], args[1], args[2], args[3]) = ((nint)(x + i), (nint)(y + i), (nint)(dy + i), (nint)(dx + i));
            loop(args, Tile);
        }
    }

    /// <summary>One head, forward and backward, in GFLOP/s and as a part of the FMA peak.</summary>
    private static void Attention(int tokens, int width)
    {
        var s = new AttentionShape(tokens, tokens, width, width) { Scale = 1 / Math.Sqrt(width) };
        long floats = (long)tokens * width;
        float* q = Timing.Random(floats), k = Timing.Random(floats), v = Timing.Random(floats), o = Timing.Random(floats), dO = Timing.Random(floats);
        float* dq = Timing.Random(floats), dk = Timing.Random(floats), dv = Timing.Random(floats), logSum = Timing.Random(tokens);
        var operands = new AttentionOperands { Q = q, K = k, V = v, O = o, LogSum = logSum, DO = dO, DQ = dq, DK = dk, DV = dv };
        var forward = new AttentionForwardPlan(s);
        var backward = new AttentionBackwardPlan(s);
        float* workspace = Timing.Random(Math.Max(forward.WorkspaceFloats, backward.WorkspaceFloats));
        double peak = FmaPeak.Measure();
        double there = Best(() =>
        {
            for (int block = 0; block < forward.Blocks; block++)
            {
                forward.Run(block, operands, workspace);
            }
        });
        double back = Best(() => backward.Run(operands, workspace));
        Console.WriteLine(
            $"attention {tokens}×{width}: forward {there * 1e6:F1} µs, {s.ForwardFlops / there / 1e9:F0} GFLOP/s, {s.ForwardFlops / there / peak:F2} of the peak   " +
            $"backward {back * 1e6:F1} µs, {s.BackwardFlops / back / 1e9:F0} GFLOP/s, {s.BackwardFlops / back / peak:F2}");
        Free(q, k, v, o, dO, dq, dk, dv, logSum, workspace);
    }

    private static void Report(string name, int elements, double seconds, double exp) =>
        Console.WriteLine($"{name,-28} {elements / seconds / 1e9,6:F2} Gelem/s, {elements / seconds / 1e9 / exp:F2} of exp");

    private static double Best(Action action)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            best = Math.Min(best, Timing.Seconds(action));
        }
        return best;
    }

    private static void Free(params float*[] blocks)
    {
        foreach (float* block in blocks)
        {
            NativeMemory.AlignedFree(block);
        }
    }
}
