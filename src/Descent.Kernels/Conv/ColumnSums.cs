using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Sums over the rows of a matrix: <c>sums[c] = Σ rows[r, c]</c>, for the gradient of a bias.</summary>
/// <remarks>Four chains per column, of the rows 0, 4, 8, …, of 1, 5, 9, … and so on, are added as (0 + 1) + (2 + 3).</remarks>
internal static unsafe class ColumnSums
{
    /// <summary>
    /// Rows stand <paramref name="pitch"/> apart. Adds to <paramref name="sums"/> where <paramref name="accumulate"/> is set, else overwrites.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(float* matrix, nint rows, int columns, nint pitch, float* sums, bool accumulate)
    {
        int c = 0;
        nint fours = rows / 4;
        for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> s0 = Vector<float>.Zero, s1 = s0, s2 = s0, s3 = s0;
            float* row = matrix + c;
            for (nint r = 0; r < fours; r++, row += 4 * pitch)
            {
                s0 += Vector.Load(row);
                s1 += Vector.Load(row + pitch);
                s2 += Vector.Load(row + (2 * pitch));
                s3 += Vector.Load(row + (3 * pitch));
            }
            for (nint r = 4 * fours; r < rows; r++, row += pitch)
            {
                s0 += Vector.Load(row);
            }
            Vector<float> sum = (s0 + s1) + (s2 + s3);
            (accumulate ? Vector.Load(sums + c) + sum : sum).Store(sums + c);
        }
        for (; c < columns; c++)
        {
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            float* row = matrix + c;
            for (nint r = 0; r < fours; r++, row += 4 * pitch)
            {
                s0 += *row;
                s1 += row[pitch];
                s2 += row[2 * pitch];
                s3 += row[3 * pitch];
            }
            for (nint r = 4 * fours; r < rows; r++, row += pitch)
            {
                s0 += *row;
            }
            float sum = (s0 + s1) + (s2 + s3);
            sums[c] = accumulate ? sums[c] + sum : sum;
        }
    }
}
