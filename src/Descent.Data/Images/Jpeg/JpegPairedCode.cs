using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>The codes of a block's coefficients but the constant one, all at once and two by two, where a processor can.</summary>
/// <remarks>
/// What is not zero is moved together; positions give runs, and run and size find a code in registers. Two codes with their values have up to 54
/// bits: written as one they halve what is left to do value by value. Blocks with more than 31 values are not for this.
/// </remarks>
internal sealed class JpegPairedCode
{
    /// <summary>What <see cref="Find"/> says of a block that is to be coded value by value.</summary>
    public const int None = -1;

    public const int MostPairs = 16;

    private const int Lanes = 32, MostSize = 10, MostRun = 15;

    // Of size · 16 + run.
    private readonly ushort[] _codes = new ushort[6 * Lanes], _lengths = new ushort[6 * Lanes];

    /// <param name="code">Of each run · 16 + size: the code in the upper 16 bits, its length in the lower.</param>
    public JpegPairedCode(ReadOnlySpan<uint> code)
    {
        for (int size = 0; size <= MostSize; size++)
        {
            for (int run = 0; run <= MostRun; run++)
            {
                uint entry = code[run << 4 | size];
                (_codes[size << 4 | run], _lengths[size << 4 | run]) = ((ushort)(entry >> 16), (ushort)entry);
            }
        }
    }

    public static bool IsSupported => Avx512Vbmi2.IsSupported;

    /// <summary>Finds the codes, the end of the block's among them.</summary>
    /// <param name="coefficients">Row by row.</param>
    /// <param name="divisors">What they are divided by.</param>
    /// <param name="zigzag">Takes the quotients in zigzag order; where codes are found, only the constant one.</param>
    /// <param name="codes">Two codes, each with the bits of its value.</param>
    /// <param name="lengths">How many bits they have; 0 behind the last pair.</param>
    /// <returns>How many pairs; the last one may be a single code, or <see cref="None"/>.</returns>
    [MethodImpl(Jit.Hot)]
    public int Find(ReadOnlySpan<short> coefficients, JpegDivisors divisors, Span<short> zigzag, Span<ulong> codes, Span<uint> lengths)
    {
        // Loaded as they were stored: a longer load would wait for both parts.
        Vector512<short> upper = Vector512.Create(divisors.Divide(coefficients, 0), divisors.Divide(coefficients, 16));
        Vector512<short> lower = Vector512.Create(divisors.Divide(coefficients, 32), divisors.Divide(coefficients, 48));
        (Vector512<short> first, Vector512<short> second) = JpegBlock.ToZigzag(upper, lower);
        Vector512<short> lane = Vector512<short>.Indices, zero = Vector512<short>.Zero, one = Vector512<short>.One;
        Vector512<short> inFirst = Vector512.GreaterThan(lane, zero) & ~Vector512.Equals(first, zero), inSecond = ~Vector512.Equals(second, zero);
        ulong mask = inFirst.ExtractMostSignificantBits() | inSecond.ExtractMostSignificantBits() << Lanes;
        bool ends = mask >> (JpegBlock.Size - 1) == 0;
        ulong zeroRuns = ZeroRuns(mask);
        if (zeroRuns != 0)
        {
            mask |= zeroRuns;
            inFirst |= Select((uint)zeroRuns);
            inSecond |= Select((uint)(zeroRuns >> Lanes));
        }

        int count = BitOperations.PopCount(mask), firstCount = BitOperations.PopCount((uint)mask);
        zigzag[0] = first.ToScalar();
        if (count >= Lanes)
        {
            first.CopyTo(zigzag);
            second.CopyTo(zigzag[Lanes..]);
            return None;
        }

        Vector512<short> behindFirst = Vector512.GreaterThanOrEqual(lane, Vector512.Create((short)firstCount));
        Vector512<short> value = Join(first, second), position = Join(lane, lane + Vector512.Create((short)Lanes));

        // Lane 0 looks at the last one, which is zero, as the position before the first is.
        Vector512<short> before = Avx512BW.PermuteVar32x16(position, lane - one);
        Vector512<short> run = (position - before - one) & Vector512.LessThan(lane, Vector512.Create((short)count));

        // The end of the block has run and size 0, as all lanes behind the values have.
        count += ends ? 1 : 0;
        (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.Abs(value).AsUInt16());
        Vector512<uint> bits = Vector512.Create(32u);
        Vector512<uint> size0 = bits - Avx512CD.LeadingZeroCount(low), size1 = bits - Avx512CD.LeadingZeroCount(high);
        Vector512<ushort> size = Vector512.Narrow(size0, size1), ones = Vector512<ushort>.One;
        Vector512<ushort> amount = (value + (value >> 15)).AsUInt16() & (Avx512BW.ShiftLeftLogicalVariable(ones, size) - ones);
        Vector512<ushort> at = size << 4 | run.AsUInt16(), used = Vector512.LessThan(lane, Vector512.Create((short)count)).AsUInt16();
        Vector512<ushort> code = Entries(_codes, at) & used, length = (Entries(_lengths, at) + size) & used;

        (Vector512<uint> code0, Vector512<uint> code1) = Vector512.Widen(code);
        (Vector512<uint> amount0, Vector512<uint> amount1) = Vector512.Widen(amount);
        code0 = Avx512F.ShiftLeftLogicalVariable(code0, size0) | amount0;
        code1 = Avx512F.ShiftLeftLogicalVariable(code1, size1) | amount1;

        // A pair's first code is its lower one, as vectors of this length exist on little-endian machines only; it moves up by the other's length.
        Vector512<uint> pairs = length.AsUInt32(), shift = pairs >> 16;
        (Vector512<ulong> shift0, Vector512<ulong> shift1) = Vector512.Widen(shift);
        Pair(code0.AsUInt64(), shift0).CopyTo(codes);
        Pair(code1.AsUInt64(), shift1).CopyTo(codes[(MostPairs / 2)..]);
        ((pairs & Vector512.Create(0xFFFFu)) + shift).CopyTo(lengths);
        return (count + 1) / 2;

        Vector512<short> Join(Vector512<short> lower, Vector512<short> upper) => Avx512Vbmi2.Compress(zero, inFirst, lower)
            | Avx512Vbmi2.Expand(zero, behindFirst, Avx512Vbmi2.Compress(zero, inSecond, upper));

        static Vector512<ulong> Pair(Vector512<ulong> codes, Vector512<ulong> shift) =>
            Avx512F.ShiftLeftLogicalVariable(codes & Vector512.Create(0xFFFF_FFFFul), shift) | codes >> 32;
    }

    /// <summary>The last zero of each sixteen that stand between a value and the one before it: they have a code of their own.</summary>
    [MethodImpl(Jit.Inline)]
    private static ulong ZeroRuns(ulong notZero)
    {
        // The constant coefficient begins the first run, whatever it is.
        ulong near = notZero | 1;
        ulong between = ulong.MaxValue >> BitOperations.LeadingZeroCount(near);
        near |= near << 1;
        near |= near << 2;
        near |= near << 4;
        near |= near << 8;

        // Sixteen further on lies the same run, or a place that is near to what ended it.
        ulong far = ~near & between, first = far & ~(far << 1), second = first << 16 & far;
        return first | second | second << 16 & far;
    }

    /// <summary>All bits of the lanes whose bit is set.</summary>
    private static Vector512<short> Select(uint lanes)
    {
        Vector512<short> bits = Vector512.Create(Vector256.Create((short)lanes), Vector256.Create((short)(lanes >> 16)));
        Vector512<short> own = Avx512BW.ShiftLeftLogicalVariable(Vector512<short>.One, Vector512<ushort>.Indices & Vector512.Create((ushort)15));
        return Vector512.Equals(bits & own, own);
    }

    [MethodImpl(Jit.Inline)]
    private static Vector512<ushort> Entries(ushort[] table, Vector512<ushort> at)
    {
        Vector512<ushort> low = Avx512BW.PermuteVar32x16x2(Vector512.Create(table, 0), at, Vector512.Create(table, Lanes));
        Vector512<ushort> middle = Avx512BW.PermuteVar32x16x2(Vector512.Create(table, 2 * Lanes), at, Vector512.Create(table, 3 * Lanes));
        Vector512<ushort> high = Avx512BW.PermuteVar32x16x2(Vector512.Create(table, 4 * Lanes), at, Vector512.Create(table, 5 * Lanes));
        return Vector512.ConditionalSelect(
            Vector512.LessThan(at, Vector512.Create((ushort)(2 * Lanes))), low,
            Vector512.ConditionalSelect(Vector512.LessThan(at, Vector512.Create((ushort)(4 * Lanes))), middle, high));
    }
}
