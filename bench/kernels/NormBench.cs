using System.Globalization;
using System.Runtime.InteropServices;
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
        Norm(8 * 32 * 32, 16);
        Norm(128 * 32 * 32, 16);
        Norm(128 * 8 * 8, 64);
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
        double apply = Best(() => BatchNorm.Apply(rows, columns, relu: true, x, gamma, mean, y, 0, units));
        double sums = Best(() =>
        {
            BatchNorm.SumGradients(rows, columns, x, dy, y, mean, workspace, 0, chunks);
            BatchNorm.CombineGradients(rows, columns, Epsilon, workspace, variance, a, b, 0, combines);
        });
        double input = Best(() => BatchNorm.BackwardInput(rows, columns, x, dy, y, mean, a, b, c, x, 0, units));
        double gigabytes = sizeof(float) * floats / 1e9;
        Console.WriteLine(
            $"batch norm {rows}×{columns}: statistics {statistics * 1e6:F0} µs, {gigabytes / statistics:F0} GB/s   apply+relu {apply * 1e6:F0} µs, " +
            $"{2 * gigabytes / apply:F0} GB/s   gradient sums {sums * 1e6:F0} µs, {3 * gigabytes / sums:F0} GB/s   dx {input * 1e6:F0} µs, " +
            $"{4 * gigabytes / input:F0} GB/s");
        Free(x, y, dy, workspace, gamma, mean, variance, a, b, c);
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
