using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>The fastest that one core can multiply and add.</summary>
internal static class FmaPeak
{
    /// <summary>FLOP/s of the best run.</summary>
    public static double Measure(int repeats = 30)
    {
        double best = double.MaxValue;
        for (int i = 0; i < repeats; i++)
        {
            double start = ThreadClock.Seconds();
            Run(1);
            best = Math.Min(best, ThreadClock.Seconds() - start);
        }

        return FmaLoop.Flops / best;
    }

    /// <summary>The loop over registers, several times.</summary>
    public static void Run(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Sink += FmaLoop.Run();
        }
    }

    /// <summary>Keeps the compiler from leaving the loops out.</summary>
    public static float Sink { get; private set; }
}
