using System.Runtime.InteropServices;

namespace Descent.KernelBench;

/// <summary>Memory to time kernels on, and the clock around them.</summary>
internal static unsafe class Timing
{
    private const double SecondsPerRound = 0.03;

    /// <summary>The best of the runs that fit into one round.</summary>
    public static double Seconds(Action action)
    {
        double best = double.MaxValue, end = ThreadClock.Seconds() + SecondsPerRound;
        do
        {
            double start = ThreadClock.Seconds();
            action();
            best = Math.Min(best, ThreadClock.Seconds() - start);
        }
        while (ThreadClock.Seconds() < end);
        return best;
    }

    /// <summary>New memory with values in [-1, 1).</summary>
    public static float* Random(long floats)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, floats) * sizeof(float), 64);
        Fill(memory, floats);
        return memory;
    }

    public static void Fill(float* memory, long floats)
    {
        uint state = 1;
        for (long i = 0; i < floats; i++)
        {
            state = (state * 1664525) + 1013904223;
            memory[i] = ((int)state >> 8) * (1f / (1 << 23));
        }
    }
}
