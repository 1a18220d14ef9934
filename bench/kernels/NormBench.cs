using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>
/// Max pooling and batch normalisation on one thread: microseconds of processor time, and GB/s of what must be read and written.
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
        const double Epsilon = 1e-5;
        long floats = (long)rows * columns;
        float* x = Timing.Random(floats), y = Timing.Random(floats), dy = Timing.Random(floats), workspace = Timing.Random(BatchNorm.WorkspaceFloats(rows, columns));
        float* gamma = Timing.Random(columns), mean = Timing.Random(columns), variance = Timing.Random(columns), a = Timing.Random(columns);
        float* b = Timing.Random(columns), c = Timing.Random(columns);
        int chunks = BatchNorm.ReductionUnits(rows, columns), combines = BatchNorm.CombineUnits(columns), units = BatchNorm.ElementwiseUnits(rows, columns);
        double statistics = Best(() =>
        {
            BatchNorm.SumStatistics(rows, columns, x, workspace, 0, chunks);
            BatchNorm.CombineStatistics(rows, columns, workspace, mean, variance, 0, combines);
        });
        double apply = Best(() => BatchNorm.Apply(rows, columns, relu: true, x, null, gamma, mean, y, 0, units));
        double sums = Best(() =>
        {
            BatchNorm.SumGradients(rows, columns, x, dy, y, mean, workspace, 0, chunks);
            BatchNorm.CombineGradients(rows, columns, Epsilon, workspace, variance, a, b, 0, combines);
        });
        double input = Best(() => BatchNorm.BackwardInput(rows, columns, x, dy, y, mean, a, b, c, x, 0, units));
        // The yardsticks: the same memory read and written, and nearly nothing computed.
        double read = Best(() => Sum(x, x, x, floats, 1)), read3 = Best(() => Sum(x, dy, y, floats, 3));
        double copy = Best(() => Add(x, x, x, dy, floats, 1)), add3 = Best(() => Add(x, dy, y, x, floats, 3));
        Console.WriteLine(
            $"batch norm {rows}×{columns}, {sizeof(float) * floats / 1e6:F1} MB: statistics {statistics * 1e6:F0} µs, {statistics / read:F2} of reading   " +
            $"apply+relu {apply * 1e6:F0} µs, {apply / copy:F2} of copying   gradient sums {sums * 1e6:F0} µs, {sums / read3:F2} of reading three   " +
            $"dx {input * 1e6:F0} µs, {input / add3:F2} of adding three");
        Free(x, y, dy, workspace, gamma, mean, variance, a, b, c);
    }

    /// <summary>Σ of one matrix or of three.</summary>
    [MethodImpl(Jit.Hot)]
    private static float Sum(float* a, float* b, float* c, long n, int matrices)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (long i = 0; i <= n - 64; i += 64)
        {
            sum0 += Vector512.Load(a + i);
            sum1 += Vector512.Load(a + i + 16);
            sum2 += Vector512.Load(a + i + 32);
            sum3 += Vector512.Load(a + i + 48);
            if (matrices == 3)
            {
                sum0 += Vector512.Load(b + i) + Vector512.Load(c + i);
                sum1 += Vector512.Load(b + i + 16) + Vector512.Load(c + i + 16);
                sum2 += Vector512.Load(b + i + 32) + Vector512.Load(c + i + 32);
                sum3 += Vector512.Load(b + i + 48) + Vector512.Load(c + i + 48);
            }
        }
        return Vector512.Sum((sum0 + sum1) + (sum2 + sum3));
    }

    /// <summary>y = a, or y = a + b + c.</summary>
    [MethodImpl(Jit.Hot)]
    private static void Add(float* a, float* b, float* c, float* y, long n, int matrices)
    {
        for (long i = 0; i <= n - 32; i += 32)
        {
            Vector512<float> low = Vector512.Load(a + i), high = Vector512.Load(a + i + 16);
            if (matrices == 3)
            {
                low += Vector512.Load(b + i) + Vector512.Load(c + i);
                high += Vector512.Load(b + i + 16) + Vector512.Load(c + i + 16);
            }
            low.Store(y + i);
            high.Store(y + i + 16);
        }
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
