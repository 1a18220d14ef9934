using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Kernels;

namespace Descent;

/// <summary>Makes one sample of four, as the reference implementation does, bit for bit.</summary>
internal static class JpegSubsampling
{
    /// <summary>The mean of two by two samples; rounding goes up at every second one where it lies in the middle.</summary>
    /// <param name="upper">A row, padded to whole vectors.</param>
    /// <param name="lower">The row below it.</param>
    /// <param name="half">Takes half as many; what is behind them is not said.</param>
    [MethodImpl(Jit.Hot)]
    public static void Halve(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> half)
    {
        Vector256<ushort> low = Vector256.Create((ushort)255), bias = Vector256.Create(0x0002_0001u).AsUInt16();
        for (int i = 0; i < upper.Length; i += Vector256<byte>.Count)
        {
            Vector256<ushort> x = Vector256.Create(upper.Slice(i, Vector256<byte>.Count)).AsUInt16();
            Vector256<ushort> y = Vector256.Create(lower.Slice(i, Vector256<byte>.Count)).AsUInt16();
            Vector256<ushort> mean = ((x & low) + (x >> 8) + (y & low) + (y >> 8) + bias) >> 2;
            Vector128.Narrow(mean.GetLower(), mean.GetUpper()).CopyTo(half[(i / 2)..]);
        }
    }
}
