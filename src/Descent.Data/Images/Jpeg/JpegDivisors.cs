using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>Divides coefficients by their steps, to the nearest.</summary>
/// <remarks>
/// The forward transform leaves eight times the coefficients: a divisor d is eight times a step. With <c>2^(b−1) &lt; d ≤ 2^b</c> and
/// <c>m = ⌈2^(15+b) / d⌉</c>, which has 16 bits, <c>⌊n / d⌋ = ⌊n·m / 2^(15+b)⌋</c> for every n below 2^15: m·d exceeds the
/// power by less than d, which makes less than 1/d of the quotient.
/// (T. Granlund and P. Montgomery, "Division by Invariant Integers using Multiplication", PLDI 1994.)
/// Two products' upper halves do that: by m, and by <c>2^(17−b)</c>.
/// </remarks>
internal sealed class JpegDivisors
{
    private const int Scale = 8;

    private readonly ushort[] _halves = new ushort[JpegBlock.Size], _factors = new ushort[JpegBlock.Size], _shifts = new ushort[JpegBlock.Size];

    /// <param name="steps">Row by row.</param>
    public JpegDivisors(ReadOnlySpan<byte> steps)
    {
        for (int i = 0; i < JpegBlock.Size; i++)
        {
            int divisor = Scale * steps[i], bits = BitOperations.Log2((uint)divisor - 1) + 1;
            _halves[i] = (ushort)(divisor / 2);
            _factors[i] = (ushort)(((1L << (15 + bits)) + divisor - 1) / divisor);
            _shifts[i] = (ushort)(1 << (17 - bits));
        }
    }

    /// <summary>Quotients of two rows of a block, with AVX2.</summary>
    /// <param name="coefficients">All of the block, row by row.</param>
    /// <param name="index">Of the first of them.</param>
    [MethodImpl(Jit.Inline)]
    public Vector256<short> Divide(ReadOnlySpan<short> coefficients, int index)
    {
        Vector256<short> x = Vector256.Create(coefficients.Slice(index, Vector256<short>.Count)), negative = x >> 15;
        Vector256<ushort> n = Vector256.Abs(x).AsUInt16() + Vector256.Create(_halves, index);
        n = Avx2.MultiplyHigh(Avx2.MultiplyHigh(n, Vector256.Create(_factors, index)), Vector256.Create(_shifts, index));
        return (n.AsInt16() ^ negative) - negative;
    }

    /// <summary>Divides all of a block, row by row.</summary>
    [MethodImpl(Jit.Hot)]
    public void Divide(Span<short> coefficients)
    {
        if (Avx2.IsSupported)
        {
            for (int i = 0; i < JpegBlock.Size; i += Vector256<short>.Count)
            {
                Divide(coefficients, i).CopyTo(coefficients[i..]);
            }

            return;
        }

        for (int i = 0; i < JpegBlock.Size; i++)
        {
            int quotient = (Math.Abs((int)coefficients[i]) + _halves[i]) * _factors[i] >> 16;
            quotient = quotient * _shifts[i] >> 16;
            coefficients[i] = (short)(coefficients[i] < 0 ? -quotient : quotient);
        }
    }
}
