using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>The lower triangular L with A = L·Lᵀ of a symmetric positive definite matrix, in double.</summary>
public static class CholeskyFactor
{
    /// <summary>
    /// Factors ½(A + Aᵀ), row by row; what stands above the diagonal of L becomes 0. Gives the number of the first pivot that is not positive,
    /// n where all are: L is then of no use from that row on.
    /// </summary>
    /// <remarks>Golub and Van Loan, "Matrix Computations", 4th edition, 2013, section 4.2.</remarks>
    public static int Run(ReadOnlySpan<double> a, Span<double> l, int n)
    {
        Debug.Assert(a.Length == n * n && l.Length == n * n, "The matrices are not n×n.");
        for (int row = 0; row < n; row++)
        {
            Span<double> current = l.Slice(row * n, n);
            for (int column = 0; column < row; column++)
            {
                ReadOnlySpan<double> above = l.Slice(column * n, n);
                double sum = Mean(a, n, row, column) - DoubleRows.Dot(current[..column], above[..column]);
                current[column] = sum / above[column];
            }

            double pivot = Mean(a, n, row, row) - DoubleRows.Dot(current[..row], current[..row]);
            if (!(pivot > 0))
            {
                return row;
            }

            current[row] = Math.Sqrt(pivot);
            current[(row + 1)..].Clear();
        }

        return n;
    }

    private static double Mean(ReadOnlySpan<double> a, int n, int row, int column) => (a[(row * n) + column] + a[(column * n) + row]) / 2;
}
