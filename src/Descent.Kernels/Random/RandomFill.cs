using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Random tensors as <see cref="RandomReference"/> defines them, any range of elements at a time.</summary>
/// <remarks>
/// An element depends on step and place alone, so that every split over threads gives the same bits.
/// </remarks>
public static unsafe class RandomFill
{
    /// <summary>Elements per chunk: its buffers stay in the first-level cache.</summary>
    private const int Chunk = 1024;

    /// <summary>Elements on either side of a chunk, which a vector that reads its left and right neighbours may touch.</summary>
    private const int Margin = 16;

    private const int PerVectorBlocks = 4 * RandomWordsLoop.Blocks;

    /// <summary>Elements first … first + y.Length − 1, uniform in [0, 1), multiples of 2⁻²⁴.</summary>
    public static void Uniform(RandomStep step, long first, Span<float> y) => Fill<Same>(step, first, y);

    /// <summary>Elements first … first + y.Length − 1, normal with mean 0 and deviation 1; absolute error 10⁻⁶ at most.</summary>
    public static void Normal(RandomStep step, long first, Span<float> y) => Fill<BoxMuller>(step, first, y);

    [MethodImpl(Jit.Hot), SkipLocalsInit]
    private static void Fill<TTransform>(RandomStep step, long first, Span<float> y)
        where TTransform : struct, ITransform
    {
        float* uniformBuffer = stackalloc float[Chunk + (2 * Margin)], result = stackalloc float[Chunk];
        float* uniform = uniformBuffer + Margin;

        // What lies beyond a chunk is read by edge vectors but never used.
        new Span<float>(uniformBuffer, Margin).Clear();
        new Span<float>(uniform + Chunk, Margin).Clear();
        while (y.Length > 0)
        {
            // Chunks start on whole vectors of blocks, wherever the range starts.
            int skip = (int)(first % PerVectorBlocks), count = Math.Min(Chunk - skip, y.Length);
            int padded = (skip + count + PerVectorBlocks - 1) / PerVectorBlocks * PerVectorBlocks;
            RandomWordsLoop.Uniform(step, (ulong)(first - skip) / 4, padded / 4, uniform);
            if (Vector512.IsHardwareAccelerated)
            {
                TTransform.Run<F32x16>(uniform, result, padded);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                TTransform.Run<F32x8>(uniform, result, padded);
            }
            else
            {
                TTransform.Run<F32x4>(uniform, result, padded);
            }

            new ReadOnlySpan<float>(result + skip, count).CopyTo(y);
            y = y[count..];
            first += count;
        }
    }

    /// <summary>From uniform values to those of another distribution; n is a multiple of every vector length.</summary>
    private interface ITransform
    {
        static abstract void Run<V>(float* uniform, float* y, int n)
            where V : struct, ISimdPrimitives<V>;
    }

    private readonly struct Same : ITransform
    {
        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(float* uniform, float* y, int n)
            where V : struct, ISimdPrimitives<V> => new ReadOnlySpan<float>(uniform, n).CopyTo(new(y, n));
    }

    private readonly struct BoxMuller : ITransform
    {
        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(float* uniform, float* y, int n)
            where V : struct, ISimdPrimitives<V>
        {
            float* places = stackalloc float[Margin];
            for (int i = 0; i < Margin; i++)
            {
                places[i] = i % 2;
            }

            V isOdd = V.Load(places), zero = V.Const(0);
            for (nint i = 0; i < n; i += V.Count)
            {
                // Elements 2j and 2j + 1 come from the same pair: u gives the radius, v the angle.
                V own = V.Load(uniform + i);
                V u = V.IfEqual(isOdd, zero, own, V.Load(uniform + i - 1));
                V v = V.IfEqual(isOdd, zero, V.Load(uniform + i + 1), own);
                V radius = V.Sqrt(V.Const(-2) * LogF32.Log(u + V.Const(RandomReference.Scale)));
                (radius * SinCosF32.SinOfTurns(v, V.Const(1) - isOdd)).Store(y + i);
            }
        }
    }
}
