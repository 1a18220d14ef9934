using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Sums of x − centre and of its square over the rows of a dense matrix (rows, columns), column by column.</summary>
/// <remarks>
/// Eight rows are added pairwise, then the eights in ascending order. Where a row is shorter than a vector, as many rows as make whole
/// vectors are taken for one; their sums are added at the end. So the order depends on the number of columns and rows alone.
/// </remarks>
internal static unsafe class ColumnDeviations
{
    private const int MostLanes = 16, MostRowsInOne = 16;

    /// <summary>From so many vectors in a row on, reading a column of them at a time costs more than keeping the sums in memory.</summary>
    private const int WideVectors = 4;

    /// <summary>sums[c] = Σ (x − centre[c]) and squares[c] = Σ (x − centre[c])² over the rows.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint rows, int columns, float* x, float* centre, float* sums, float* squares)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<F32x16>(rows, columns, x, centre, sums, squares);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<F32x8>(rows, columns, x, centre, sums, squares);
        }
        else
        {
            Run<F32x4>(rows, columns, x, centre, sums, squares);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Run<V>(nint rows, int columns, float* x, float* centre, float* sums, float* squares)
        where V : struct, ISimd<V>
    {
        if (columns < V.Count)
        {
            Short<V>(rows, columns, x, centre, sums, squares);
            return;
        }
        int done = 0;
        if (columns >= WideVectors * V.Count)
        {
            done = columns / V.Count * V.Count;
            Wide<V>(rows, columns, x, centre, sums, squares);
        }
        for (; done < columns; done += V.Count)
        {
            // The last vector overlaps the one before, and writes the same bits there once more.
            int at = Math.Min(done, columns - V.Count);
            Column<V>(rows, columns, 0, x + at, centre + at, sums + at, squares + at);
        }
    }

    /// <summary>Eight rows at a time, so that memory is read as it lies, with the sums in the first-level cache.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Wide<V>(nint rows, nint columns, float* x, float* centre, float* sums, float* squares)
        where V : struct, ISimd<V>
    {
        new Span<float>(sums, (int)columns).Clear();
        new Span<float>(squares, (int)columns).Clear();
        nint whole = columns / V.Count * V.Count;
        for (; rows >= 8; rows -= 8)
        {
            for (nint c = 0; c < whole; c += V.Count)
            {
                Eight(x + c, columns, V.Load(centre + c), out V sum, out V square);
                (V.Load(sums + c) + sum).Store(sums + c);
                (V.Load(squares + c) + square).Store(squares + c);
            }
            x += 8 * columns;
        }
        for (; rows > 0; rows--)
        {
            for (nint c = 0; c < whole; c += V.Count)
            {
                V a = V.Load(x + c) - V.Load(centre + c);
                (V.Load(sums + c) + a).Store(sums + c);
                V.MultiplyAdd(a, a, V.Load(squares + c)).Store(squares + c);
            }
            x += columns;
        }
    }

    /// <summary>Several rows of fewer columns than lanes are one row of whole vectors; what rows are left over are part of one more.</summary>
    [MethodImpl(Jit.Hot | MethodImplOptions.NoInlining), SkipLocalsInit]
    private static void Short<V>(nint rows, int columns, float* x, float* centre, float* sums, float* squares)
        where V : struct, ISimd<V>
    {
        float* centres = stackalloc float[MostLanes * MostRowsInOne], parts = stackalloc float[2 * MostLanes * MostRowsInOne];
        int together = RowsInOne<V>(columns), width = together * columns;
        for (int i = 0; i < width; i++)
        {
            centres[i] = centre[i % columns];
        }
        nint whole = rows / together, rest = rows % together * columns;
        for (int c = 0; c < width; c += V.Count)
        {
            nint left = nint.Clamp(rest - c, 0, V.Count);
            Column<V>(whole, width, left, x + c, centres + c, parts + c, parts + width + c);
        }
        for (int c = 0; c < columns; c++)
        {
            float sum = 0, square = 0;
            for (int i = c; i < width; i += columns)
            {
                sum += parts[i];
                square += parts[width + i];
            }
            sums[c] = sum;
            squares[c] = square;
        }
    }

    /// <summary>One vector of columns, and in one row more the first <paramref name="rest"/> of them.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Column<V>(
        nint rows, nint stride, nint rest, float* x, float* centre, float* sums, float* squares)
        where V : struct, ISimd<V>
    {
        V about = V.Load(centre), sum = V.Const(0), square = sum;
        nint i = 0;
        for (nint r = rows; r >= 8; r -= 8, i += 8 * stride)
        {
            Eight(x + i, stride, about, out V a, out V aa);
            sum = sum + a;
            square = square + aa;
        }
        for (nint r = rows % 8; r > 0; r--, i += stride)
        {
            V a = V.Load(x + i) - about;
            sum = sum + a;
            square = V.MultiplyAdd(a, a, square);
        }
        if (rest > 0)
        {
            V a = RowLanes.LoadFirst(x + i, rest, about) - about;
            sum = sum + a;
            square = V.MultiplyAdd(a, a, square);
        }
        sum.Store(sums);
        square.Store(squares);
    }

    /// <summary>Σ (x − about) and Σ (x − about)² of eight rows.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Eight<V>(float* x, nint stride, V about, out V sum, out V square)
        where V : struct, ISimd<V>
    {
        nint half = 4 * stride;
        Four(x, stride, about, out V sum0, out V square0);
        Four(x + half, stride, about, out V sum1, out V square1);
        sum = sum0 + sum1;
        square = square0 + square1;
    }

    [MethodImpl(Jit.Inline)]
    private static void Four<V>(float* x, nint stride, V about, out V sum, out V square)
        where V : struct, ISimd<V>
    {
        V a0 = V.Load(x) - about, a1 = V.Load(x + stride) - about;
        x += 2 * stride;
        V a2 = V.Load(x) - about, a3 = V.Load(x + stride) - about;
        sum = (a0 + a1) + (a2 + a3);
        square = V.MultiplyAdd(a1, a1, a0 * a0) + V.MultiplyAdd(a3, a3, a2 * a2);
    }

    [MethodImpl(Jit.Inline)]
    private static int RowsInOne<V>(int columns)
        where V : struct, ISimd<V>
    {
        int rows = 1;
        while (rows * columns % V.Count != 0)
        {
            rows *= 2;
        }
        return rows;
    }
}
