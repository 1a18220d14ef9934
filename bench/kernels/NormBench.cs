using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>
/// Max pooling and the statistics of batch normalisation on one thread: microseconds of processor time, and GB/s of what must be read and written.
/// </summary>
internal static unsafe class NormBench
{
    private const int Rounds = 5;

    public static void Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Pool("LeNet pool 1", new Pool2dShape(64, 6, 28, 28, 2, 2, 2, 2));
        Pool("LeNet pool 2", new Pool2dShape(64, 16, 10, 10, 2, 2, 2, 2));
        Pool("64 channels, 32²", new Pool2dShape(16, 64, 32, 32, 2, 2, 2, 2));
        Pool("64 channels, 3×3 s2", new Pool2dShape(4, 64, 112, 112, 3, 3, 2, 2, 1, 1, 1, 1));
        (int Rows, int Columns)[] norms =
        [
            (128 * 32 * 32, 16), (128 * 16 * 16, 32), (128 * 8 * 8, 64), (64 * 16 * 16, 128), (64 * 8 * 8, 256), (8 * 32 * 32, 16), (64 * 24 * 24, 6),
        ];
        foreach ((int rows, int columns) in norms)
        {
            Norm(rows, columns);
        }
    }

    private static void Pool(string name, Pool2dShape s)
    {
        float* x = Timing.Random(s.InputFloats), y = Timing.Random(s.OutputFloats), dx = Timing.Random(s.InputFloats);
        int* indices = (int*)Timing.Random(s.OutputFloats);
        double forward = Best(() => MaxPool2d.Forward(s, x, y, indices, 0, MaxPool2d.ForwardUnits(s)));
        double backward = Best(() => MaxPool2d.Backward(s, y, indices, dx, 0, MaxPool2d.BackwardUnits(s)));
        double bytes = sizeof(float) * (s.InputFloats + (2.0 * s.OutputFloats));
        Console.WriteLine(
            $"{name,-22} max forward {forward / s.N * 1e6,6:F2} µs an image, {bytes / forward / 1e9,5:F1} GB/s   " +
            $"backward {backward / s.N * 1e6,6:F2} µs, {bytes / backward / 1e9,5:F1} GB/s");
        Free(x, y, dx, (float*)indices);
    }

    private static void Norm(int rows, int columns)
    {
        long floats = (long)rows * columns;
        float* x = Timing.Random(floats), workspace = Timing.Random(BatchNorm.WorkspaceFloats(rows, columns));
        float* mean = Timing.Random(columns), variance = Timing.Random(columns);
        int chunks = BatchNorm.ReductionUnits(rows, columns), combines = BatchNorm.CombineUnits(columns);
        double statistics = Best(() =>
        {
            BatchNorm.SumStatistics(rows, columns, x, workspace, 0, chunks);
            BatchNorm.CombineStatistics(rows, columns, workspace, mean, variance, 0, combines);
        });
        // The yardstick: the same memory read, and nearly nothing computed.
        double read = Best(() => Sum(x, floats));
        Console.WriteLine(
            $"batch norm {rows}×{columns}, {sizeof(float) * floats / 1e6:F1} MB: statistics {statistics * 1e6:F0} µs, {statistics / read:F2} of reading");
        Free(x, workspace, mean, variance);
    }

    [MethodImpl(Jit.Hot)]
    private static float Sum(float* x, long n)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (long i = 0; i <= n - 64; i += 64)
        {
            sum0 += Vector512.Load(x + i);
            sum1 += Vector512.Load(x + i + 16);
            sum2 += Vector512.Load(x + i + 32);
            sum3 += Vector512.Load(x + i + 48);
        }
        return Vector512.Sum((sum0 + sum1) + (sum2 + sum3));
    }

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
