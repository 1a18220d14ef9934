using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>Solves T·X = B by substitution, in double.</summary>
public static class TriangularSystem
{
    /// <summary>
    /// B (n, columns) becomes X. Only the named triangle of T is read. Gives the number of the first zero on the diagonal that was met, n
    /// where there is none: X is then of no use.
    /// </summary>
    /// <remarks>Golub and Van Loan, "Matrix Computations", 4th edition, 2013, section 3.1.</remarks>
    public static int Run(ReadOnlySpan<double> t, Span<double> b, int n, int columns, bool upper)
    {
        Debug.Assert(t.Length == n * n && b.Length == n * columns, "Wrong length.");
        for (int step = 0; step < n; step++)
        {
            int row = upper ? n - 1 - step : step;
            Span<double> x = b.Slice(row * columns, columns);
            for (int known = upper ? row + 1 : 0; known < (upper ? n : row); known++)
            {
                DoubleRows.Add(-t[(row * n) + known], b.Slice(known * columns, columns), x);
            }

            double pivot = t[(row * n) + row];
            if (pivot == 0)
            {
                return row;
            }

            for (int column = 0; column < columns; column++)
            {
                x[column] /= pivot;
            }
        }

        return n;
    }
}
