using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Descent.Kernels;

/// <summary>
/// C = A·B for sixteen channels on both sides, with all of B in registers: the bits of a microkernel, whose calls take half as long again
/// as its products where these are one vector wide and sixteen steps long.
/// </summary>
internal static unsafe class SixteenChannels
{
    private const int Rows = 8;

    /// <summary>Whether it serves a product of so many rows, steps and columns.</summary>
    public static bool Serves(int rows, int depth, int columns) =>
        rows >= Rows && depth == V.Count && columns == V.Count && Microkernel.Tier == MicroTier.Avx512;

    /// <summary>
    /// So many floats of A and some more, so that C behind them begins half a page off: the machine takes a load for one of what has just been stored
    /// where their addresses differ by whole pages, and lets it wait. A block of 56 rows takes 1.4 times as long then.
    /// </summary>
    public static nint HalfPageBehind(nint floats)
    {
        const int Page = 4096 / sizeof(float), Half = Page / 2;
        return ((floats + Half - 1) / Page * Page) + Half;
    }

    /// <param name="a">Rows of sixteen, <paramref name="lda"/> apart.</param>
    /// <param name="lda">Distance of rows of A.</param>
    /// <param name="b">Sixteen rows of sixteen.</param>
    /// <param name="ldb">Distance of rows of B.</param>
    /// <param name="c">Written.</param>
    /// <param name="ldc">Distance of rows of C.</param>
    /// <param name="rows">Rows of A and C, at least eight.</param>
    [MethodImpl(Jit.Hot)]
    public static void Multiply(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, int rows)
    {
        V b0 = Vector512.Load(b + (0 * ldb));
        V b1 = Vector512.Load(b + (1 * ldb));
        V b2 = Vector512.Load(b + (2 * ldb));
        V b3 = Vector512.Load(b + (3 * ldb));
        V b4 = Vector512.Load(b + (4 * ldb));
        V b5 = Vector512.Load(b + (5 * ldb));
        V b6 = Vector512.Load(b + (6 * ldb));
        V b7 = Vector512.Load(b + (7 * ldb));
        V b8 = Vector512.Load(b + (8 * ldb));
        V b9 = Vector512.Load(b + (9 * ldb));
        V b10 = Vector512.Load(b + (10 * ldb));
        V b11 = Vector512.Load(b + (11 * ldb));
        V b12 = Vector512.Load(b + (12 * ldb));
        V b13 = Vector512.Load(b + (13 * ldb));
        V b14 = Vector512.Load(b + (14 * ldb));
        V b15 = Vector512.Load(b + (15 * ldb));
        for (int left = rows; left > 0; a += Rows * lda, c += Rows * ldc)
        {
            // The last rows end with the matrix: some of them may be computed twice.
            nint back = Math.Max(0, Rows - left);
            a -= back * lda;
            c -= back * ldc;
            left -= Rows;
            V c0 = V.Zero, c1 = V.Zero, c2 = V.Zero, c3 = V.Zero, c4 = V.Zero, c5 = V.Zero, c6 = V.Zero, c7 = V.Zero;
            Step(a + 0, lda, b0, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 1, lda, b1, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 2, lda, b2, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 3, lda, b3, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 4, lda, b4, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 5, lda, b5, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 6, lda, b6, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 7, lda, b7, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 8, lda, b8, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 9, lda, b9, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 10, lda, b10, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 11, lda, b11, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 12, lda, b12, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 13, lda, b13, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 14, lda, b14, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Step(a + 15, lda, b15, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            c0.Store(c);
            c1.Store(c + ldc);
            c2.Store(c + (2 * ldc));
            c3.Store(c + (3 * ldc));
            c4.Store(c + (4 * ldc));
            c5.Store(c + (5 * ldc));
            c6.Store(c + (6 * ldc));
            c7.Store(c + (7 * ldc));
        }
    }

    /// <summary>Eight chains, so that each has its next step when the machine has time for it.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Step(
        float* a, nint lda, V b, ref V c0, ref V c1, ref V c2, ref V c3, ref V c4, ref V c5, ref V c6, ref V c7)
    {
        float* a3 = a + (3 * lda), a6 = a3 + (3 * lda);
        c0 = Vector512.MultiplyAddEstimate(Vector512.Create(*a), b, c0);
        c1 = Vector512.MultiplyAddEstimate(Vector512.Create(a[lda]), b, c1);
        c2 = Vector512.MultiplyAddEstimate(Vector512.Create(a[2 * lda]), b, c2);
        c3 = Vector512.MultiplyAddEstimate(Vector512.Create(*a3), b, c3);
        c4 = Vector512.MultiplyAddEstimate(Vector512.Create(a3[lda]), b, c4);
        c5 = Vector512.MultiplyAddEstimate(Vector512.Create(a3[2 * lda]), b, c5);
        c6 = Vector512.MultiplyAddEstimate(Vector512.Create(*a6), b, c6);
        c7 = Vector512.MultiplyAddEstimate(Vector512.Create(a6[lda]), b, c7);
    }
}
