using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Uniform values from consecutive blocks of Philox4x32, eight or four blocks at a time.</summary>
/// <remarks>
/// A 64-bit lane works on one word of one block: the product of its low half by a constant holds both words of the next round, and what
/// is left in high halves (carries of the keys too) does no harm, because the next product reads low halves only.
/// </remarks>
internal static unsafe class RandomWordsLoop
{
    /// <summary>Counts of blocks are multiples of this.</summary>
    public const int Blocks = 8;

    /// <summary>y[4·b + w] = ⌊word w of block (first + b) / 2⁸⌋·2⁻²⁴.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Uniform(RandomStep step, ulong first, int blocks, float* y)
    {
        if (Avx512F.IsSupported)
        {
            Uniform512(step, first, blocks, y);
        }
        else if (Avx2.IsSupported)
        {
            Uniform256(step, first, blocks, y);
        }
        else
        {
            UniformScalar(step, first, blocks, y);
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Uniform512(RandomStep step, ulong first, int blocks, float* y)
    {
        // In this order the unpacking below, which works within 128 bits, leaves the blocks one after the other.
        Vector512<ulong> order = Vector512.Create(0ul, 4, 1, 5, 2, 6, 3, 7);
        Vector512<ulong> lowHalf = Vector512.Create((ulong)uint.MaxValue);
        Vector512<uint> multiplier0 = Vector512.Create((ulong)Philox4x32.Multiplier0).AsUInt32();
        Vector512<uint> multiplier1 = Vector512.Create((ulong)Philox4x32.Multiplier1).AsUInt32();
        for (int b = 0; b < blocks; b += 8)
        {
            Vector512<ulong> c0 = Vector512.Create(first + (ulong)b) + order, c1 = c0 >> 32;
            Vector512<ulong> c2 = Vector512.Create(step.Step), c3 = Vector512.Create(step.Step >> 32);
            Vector512<ulong> k0 = Vector512.Create(step.Key), k1 = Vector512.Create(step.Key >> 32);
            for (int round = 0; round < Philox4x32.Rounds; round++)
            {
                Vector512<ulong> product0 = Avx512F.Multiply(c0.AsUInt32(), multiplier0);
                Vector512<ulong> product1 = Avx512F.Multiply(c2.AsUInt32(), multiplier1);
                c0 = (product1 >> 32) ^ c1 ^ k0;
                c2 = (product0 >> 32) ^ c3 ^ k1;
                c1 = product1;
                c3 = product0;
                k0 += Vector512.Create((ulong)Philox4x32.Weyl0);
                k1 += Vector512.Create((ulong)Philox4x32.Weyl1);
            }

            Vector512<ulong> words01 = (c0 & lowHalf) | (c1 << 32), words23 = (c2 & lowHalf) | (c3 << 32);
            Store(Avx512F.UnpackLow(words01, words23), y + (4 * b));
            Store(Avx512F.UnpackHigh(words01, words23), y + (4 * b) + 16);
        }

        static void Store(Vector512<ulong> words, float* y) =>
            (Vector512.ConvertToSingle((words.AsUInt32() >> 8).AsInt32()) * (float)RandomReference.Scale).Store(y);
    }

    [MethodImpl(Jit.Hot)]
    private static void Uniform256(RandomStep step, ulong first, int blocks, float* y)
    {
        Vector256<ulong> order = Vector256.Create(0ul, 2, 1, 3);
        Vector256<ulong> lowHalf = Vector256.Create((ulong)uint.MaxValue);
        Vector256<uint> multiplier0 = Vector256.Create((ulong)Philox4x32.Multiplier0).AsUInt32();
        Vector256<uint> multiplier1 = Vector256.Create((ulong)Philox4x32.Multiplier1).AsUInt32();
        for (int b = 0; b < blocks; b += 4)
        {
            Vector256<ulong> c0 = Vector256.Create(first + (ulong)b) + order, c1 = c0 >> 32;
            Vector256<ulong> c2 = Vector256.Create(step.Step), c3 = Vector256.Create(step.Step >> 32);
            Vector256<ulong> k0 = Vector256.Create(step.Key), k1 = Vector256.Create(step.Key >> 32);
            for (int round = 0; round < Philox4x32.Rounds; round++)
            {
                Vector256<ulong> product0 = Avx2.Multiply(c0.AsUInt32(), multiplier0);
                Vector256<ulong> product1 = Avx2.Multiply(c2.AsUInt32(), multiplier1);
                c0 = (product1 >> 32) ^ c1 ^ k0;
                c2 = (product0 >> 32) ^ c3 ^ k1;
                c1 = product1;
                c3 = product0;
                k0 += Vector256.Create((ulong)Philox4x32.Weyl0);
                k1 += Vector256.Create((ulong)Philox4x32.Weyl1);
            }

            Vector256<ulong> words01 = (c0 & lowHalf) | (c1 << 32), words23 = (c2 & lowHalf) | (c3 << 32);
            Store(Avx2.UnpackLow(words01, words23), y + (4 * b));
            Store(Avx2.UnpackHigh(words01, words23), y + (4 * b) + 8);
        }

        static void Store(Vector256<ulong> words, float* y) =>
            (Vector256.ConvertToSingle((words.AsUInt32() >> 8).AsInt32()) * (float)RandomReference.Scale).Store(y);
    }

    [MethodImpl(Jit.Hot)]
    private static void UniformScalar(RandomStep step, ulong first, int blocks, float* y)
    {
        for (int b = 0; b < blocks; b++)
        {
            RandomWords words = Philox4x32.Words(step, first + (ulong)b);
            for (int w = 0; w < 4; w++)
            {
                y[(4 * b) + w] = (words[w] >> 8) * (float)RandomReference.Scale;
            }
        }
    }
}
