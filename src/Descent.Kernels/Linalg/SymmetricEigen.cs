using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix, in double: Householder's reflections make it tridiagonal, QL steps with implicit
/// shifts make that diagonal.
/// </summary>
/// <remarks>
/// Golub and Van Loan, "Matrix Computations", 4th edition, 2013, sections 8.3.1 and 8.3.3; Bowdler, Martin, Reinsch and Wilkinson, "The QR and QL
/// Algorithms for Symmetric Matrices", Numerische Mathematik 11, 1968. About 9·n³ operations.
/// </remarks>
public static class SymmetricEigen
{
    /// <summary>No eigenvalue of a finite matrix has been seen to need more than a few.</summary>
    private const int MostSteps = 60;

    private const double Rounding = 1.0 / (1L << 53);

    /// <summary>
    /// Factors ½(A + Aᵀ) = V·diag(w)·Vᵀ: eigenvalues in ascending order, eigenvectors as the columns of V, each with its largest element
    /// positive. False where the iteration does not end, as for values that are not finite.
    /// </summary>
    public static bool Run(ReadOnlySpan<double> a, Span<double> values, Span<double> vectors, int n)
    {
        Debug.Assert(a.Length == n * n && values.Length == n && vectors.Length == n * n, "Wrong length.");
        double[] work = new double[n * n], offDiagonal = new double[n], rows = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                work[(i * n) + j] = (a[(i * n) + j] + a[(j * n) + i]) / 2;
            }
        }

        double[] scales = Tridiagonalize(work, values, offDiagonal, n);
        Accumulate(work, scales, rows, n);
        if (!Diagonalize(values, offDiagonal, rows, n))
        {
            return false;
        }

        Order(values, rows, vectors, n);
        return true;
    }

    /// <summary>
    /// Each reflection I − β·v·vᵀ clears a column below its subdiagonal; v stays in the row of that number, right of the diagonal, and β is
    /// given back.
    /// </summary>
    private static double[] Tridiagonalize(double[] a, Span<double> diagonal, double[] offDiagonal, int n)
    {
        double[] scales = new double[n], product = new double[n];
        for (int k = 0; k < n; k++)
        {
            diagonal[k] = a[(k * n) + k];
            if (k + 1 == n)
            {
                break;
            }

            Span<double> v = a.AsSpan((k * n) + k + 1, n - k - 1);
            double length = Length(v);
            if (k + 2 == n || length == 0)
            {
                offDiagonal[k] = v[0];
                continue;
            }

            // v is scaled so that its first element is 1, which keeps tiny columns from underflowing.
            double alpha = v[0] > 0 ? -length : length, first = v[0] - alpha;
            for (int i = 1; i < v.Length; i++)
            {
                v[i] /= first;
            }

            v[0] = 1;
            double beta = -first / alpha;
            (offDiagonal[k], scales[k]) = (alpha, beta);

            // A = A − v·wᵀ − w·vᵀ with p = β·A·v and w = p − ½·β·(p·v)·v.
            Span<double> w = product.AsSpan(0, v.Length);
            for (int i = 0; i < v.Length; i++)
            {
                w[i] = beta * DoubleRows.Dot(Row(i), v);
            }

            DoubleRows.Add(-beta / 2 * DoubleRows.Dot(w, v), v, w);
            for (int i = 0; i < v.Length; i++)
            {
                DoubleRows.Add(-v[i], w, Row(i));
                DoubleRows.Add(-w[i], v, Row(i));
            }

            Span<double> Row(int i) => a.AsSpan(((k + 1 + i) * n) + k + 1, n - k - 1);
        }

        return scales;
    }

    private static double Length(ReadOnlySpan<double> v)
    {
        double largest = 0;
        foreach (double x in v)
        {
            largest = Math.Max(largest, Math.Abs(x));
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        double sum = 0;
        foreach (double x in v)
        {
            sum += x / largest * (x / largest);
        }

        return largest * Math.Sqrt(sum);
    }

    /// <summary>The product of all reflections, transposed: its rows are the basis in which the matrix is tridiagonal.</summary>
    private static void Accumulate(double[] reflections, double[] scales, double[] rows, int n)
    {
        for (int i = 0; i < n; i++)
        {
            rows[(i * n) + i] = 1;
        }

        // From the last to the first, so that what is not touched yet is the identity. Q = (I − β·v·vᵀ)·Q is, transposed, row − β·(row·v)·v.
        for (int k = n - 3; k >= 0; k--)
        {
            if (scales[k] == 0)
            {
                continue;
            }

            ReadOnlySpan<double> v = reflections.AsSpan((k * n) + k + 1, n - k - 1);
            for (int i = k + 1; i < n; i++)
            {
                Span<double> row = rows.AsSpan((i * n) + k + 1, n - k - 1);
                DoubleRows.Add(-scales[k] * DoubleRows.Dot(row, v), v, row);
            }
        }
    }

    /// <summary>Rotates neighbouring rows until nothing stands beside the diagonal.</summary>
    private static bool Diagonalize(Span<double> d, double[] e, double[] rows, int n)
    {
        // What is lost in the rounding of the largest number is nothing: where many eigenvalues are 0, their neighbourhood alone would never say so.
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            largest = Math.Max(largest, Math.Abs(d[i]) + Math.Abs(e[i]));
        }

        if (!double.IsFinite(largest))
        {
            return false;
        }

        for (int first = 0; first < n; first++)
        {
            for (int steps = 0; ; steps++)
            {
                int last = first;
                while (last + 1 < n && !(Math.Abs(e[last]) <= Rounding * largest))
                {
                    last++;
                }

                if (last == first)
                {
                    break;
                }

                if (steps == MostSteps)
                {
                    return false;
                }

                Step(d, e, rows, n, first, last);
            }
        }

        return true;
    }

    /// <summary>One QL step with Wilkinson's shift on the rows from first to last, which nothing ties to the others.</summary>
    private static void Step(Span<double> d, double[] e, double[] rows, int n, int first, int last)
    {
        double half = (d[first + 1] - d[first]) / (2 * e[first]);
        double root = double.Hypot(half, 1);
        double g = d[last] - d[first] + (e[first] / (half + Math.CopySign(root, half)));
        double c = 1, s = 1, shift = 0;
        for (int i = last - 1; i >= first; i--)
        {
            double f = s * e[i], b = c * e[i], r = double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The matrix falls apart here.
                d[i + 1] -= shift;
                e[last] = 0;
                return;
            }

            (s, c) = (f / r, g / r);
            g = d[i + 1] - shift;
            double t = ((d[i] - g) * s) + (2 * c * b);
            shift = s * t;
            d[i + 1] = g + shift;
            g = (c * t) - b;
            DoubleRows.Rotate(c, s, rows.AsSpan(i * n, n), rows.AsSpan((i + 1) * n, n));
        }

        d[first] -= shift;
        e[first] = g;
        e[last] = 0;
    }

    private static void Order(Span<double> values, double[] rows, Span<double> vectors, int n)
    {
        int[] order = new int[n];
        double[] sorted = values.ToArray();
        for (int i = 0; i < n; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        sorted.CopyTo(values);
        for (int j = 0; j < n; j++)
        {
            ReadOnlySpan<double> row = rows.AsSpan(order[j] * n, n);
            double largest = 0;
            foreach (double x in row)
            {
                largest = Math.Abs(x) > Math.Abs(largest) ? x : largest;
            }

            for (int i = 0; i < n; i++)
            {
                vectors[(i * n) + j] = largest < 0 ? -row[i] : row[i];
            }
        }
    }
}
