using System.Diagnostics;
using System.Runtime.InteropServices;
using Descent.Kernels;

namespace Descent;

/// <summary>What the machine does at best with all threads of a device: a plan's rates are printed against it.</summary>
/// <param name="FlopsPerSecond">Of a loop of fused multiply-adds over registers.</param>
/// <param name="BytesPerSecond">Read and written, of a copy that no cache holds.</param>
internal sealed record MachinePeak(double FlopsPerSecond, double BytesPerSecond)
{
    private const int CopyBytes = 64 << 20, Chunk = 1 << 20;

    /// <summary>Takes about a tenth of a second.</summary>
    public static unsafe MachinePeak Measure(ThreadTeam team)
    {
        float sink = 0;
        int loops = 4 * team.Threads;
        double arithmetic = Best(team, loops, &Multiply, &sink, rounds: 20);
        using var from = new NativeBuffer(CopyBytes, zeroed: true);
        using var to = new NativeBuffer(CopyBytes, zeroed: true);
        (nint From, nint To) copy = ((nint)from.Pointer, (nint)to.Pointer);
        double memory = Best(team, CopyBytes / Chunk, &Copy, &copy, rounds: 4);
        return new MachinePeak(loops * FmaLoop.Flops / arithmetic, 2.0 * CopyBytes / memory);
    }

    private static unsafe double Best(ThreadTeam team, int units, delegate*<void*, int, int, int, void> body, void* state, int rounds)
    {
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            team.Run(units, body, state);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static unsafe void Multiply(void* state, int first, int last, int worker)
    {
        for (int i = first; i < last; i++)
        {
            *(float*)state = FmaLoop.Run();
        }
    }

    private static unsafe void Copy(void* state, int first, int last, int worker)
    {
        (nint from, nint to) = *((nint, nint)*)state;
        long bytes = (long)(last - first) * Chunk;
        NativeMemory.Copy((byte*)from + ((long)first * Chunk), (byte*)to + ((long)first * Chunk), (nuint)bytes);
    }
}
