using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>What <see cref="ColumnPass{T}"/> sums in each column: Σ a and Σ a·b, where a and b are made of up to three matrices.</summary>
internal unsafe interface IColumnTerms
{
    /// <summary>a and b of a whole vector, given a number per column.</summary>
    static abstract void Whole<V>(float* x, float* dy, float* y, V centre, out V a, out V b)
        where V : struct, ISimd<V>;

    /// <summary>The same of the first <paramref name="count"/> lanes; a is 0 in the others.</summary>
    static abstract void First<V>(float* x, float* dy, float* y, nint count, V centre, out V a, out V b)
        where V : struct, ISimd<V>;
}

/// <summary>Sums over the rows of dense matrices (rows, columns), column by column.</summary>
/// <remarks>
/// Eight rows are added pairwise, then the eights in ascending order. Where a row is shorter than a vector, as many rows as make whole
/// vectors are taken for one; their sums are added at the end. So the order depends on the number of columns and rows alone.
/// </remarks>
internal static unsafe class ColumnPass<T>
    where T : struct, IColumnTerms
{
    private const int MostLanes = 16, MostRowsInOne = 16;

    /// <summary>From so many vectors in a row on, reading a column of them at a time costs more than keeping the sums in memory.</summary>
    private const int WideVectors = 4;

    /// <summary>sums[c] = Σ a and products[c] = Σ a·b over the rows.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint rows, int columns, float* x, float* dy, float* y, float* centre, float* sums, float* products)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<F32x16>(rows, columns, x, dy, y, centre, sums, products);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<F32x8>(rows, columns, x, dy, y, centre, sums, products);
        }
        else
        {
            Run<F32x4>(rows, columns, x, dy, y, centre, sums, products);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Run<V>(nint rows, int columns, float* x, float* dy, float* y, float* centre, float* sums, float* products)
        where V : struct, ISimd<V>
    {
        if (columns < V.Count)
        {
            Short<V>(rows, columns, x, dy, y, centre, sums, products);
            return;
        }
        int done = 0;
        if (columns >= WideVectors * V.Count)
        {
            done = columns / V.Count * V.Count;
            Wide<V>(rows, columns, x, dy, y, centre, sums, products);
        }
        for (; done < columns; done += V.Count)
        {
            // The last vector overlaps the one before, and writes the same bits there once more.
            int at = Math.Min(done, columns - V.Count);
            Column<V>(rows, columns, 0, x + at, dy + at, y + at, centre + at, sums + at, products + at);
        }
    }

    /// <summary>Eight rows at a time, so that memory is read as it lies, with the sums in the first-level cache.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Wide<V>(nint rows, nint columns, float* x, float* dy, float* y, float* centre, float* sums, float* products)
        where V : struct, ISimd<V>
    {
        new Span<float>(sums, (int)columns).Clear();
        new Span<float>(products, (int)columns).Clear();
        nint whole = columns / V.Count * V.Count;
        for (; rows >= 8; rows -= 8)
        {
            for (nint c = 0; c < whole; c += V.Count)
            {
                Eight(x + c, dy + c, y + c, columns, V.Load(centre + c), out V sum, out V product);
                (V.Load(sums + c) + sum).Store(sums + c);
                (V.Load(products + c) + product).Store(products + c);
            }
            x += 8 * columns;
            dy += 8 * columns;
            y += 8 * columns;
        }
        for (; rows > 0; rows--)
        {
            for (nint c = 0; c < whole; c += V.Count)
            {
                T.Whole(x + c, dy + c, y + c, V.Load(centre + c), out V a, out V b);
                (V.Load(sums + c) + a).Store(sums + c);
                V.MultiplyAdd(a, b, V.Load(products + c)).Store(products + c);
            }
            x += columns;
            dy += columns;
            y += columns;
        }
    }

    /// <summary>Several rows of fewer columns than lanes are one row of whole vectors; what rows are left over are part of one more.</summary>
    [MethodImpl(Jit.Hot | MethodImplOptions.NoInlining), SkipLocalsInit]
    private static void Short<V>(nint rows, int columns, float* x, float* dy, float* y, float* centre, float* sums, float* products)
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
            Column<V>(whole, width, left, x + c, dy + c, y + c, centres + c, parts + c, parts + width + c);
        }
        for (int c = 0; c < columns; c++)
        {
            float sum = 0, product = 0;
            for (int i = c; i < width; i += columns)
            {
                sum += parts[i];
                product += parts[width + i];
            }
            sums[c] = sum;
            products[c] = product;
        }
    }

    /// <summary>One vector of columns, and in one row more the first <paramref name="rest"/> of them.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Column<V>(
        nint rows, nint stride, nint rest, float* x, float* dy, float* y, float* centre, float* sums, float* products)
        where V : struct, ISimd<V>
    {
        V about = V.Load(centre), sum = V.Const(0), product = sum;
        nint i = 0;
        for (nint r = rows; r >= 8; r -= 8, i += 8 * stride)
        {
            Eight(x + i, dy + i, y + i, stride, about, out V a, out V ab);
            sum = sum + a;
            product = product + ab;
        }
        for (nint r = rows % 8; r > 0; r--, i += stride)
        {
            T.Whole(x + i, dy + i, y + i, about, out V a, out V b);
            sum = sum + a;
            product = V.MultiplyAdd(a, b, product);
        }
        if (rest > 0)
        {
            T.First(x + i, dy + i, y + i, rest, about, out V a, out V b);
            sum = sum + a;
            product = V.MultiplyAdd(a, b, product);
        }
        sum.Store(sums);
        product.Store(products);
    }

    /// <summary>Σ a and Σ a·b of eight rows.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Eight<V>(float* x, float* dy, float* y, nint stride, V about, out V sum, out V product)
        where V : struct, ISimd<V>
    {
        nint half = 4 * stride;
        Four(x, dy, y, stride, about, out V sum0, out V product0);
        Four(x + half, dy + half, y + half, stride, about, out V sum1, out V product1);
        sum = sum0 + sum1;
        product = product0 + product1;
    }

    [MethodImpl(Jit.Inline)]
    private static void Four<V>(float* x, float* dy, float* y, nint stride, V about, out V sum, out V product)
        where V : struct, ISimd<V>
    {
        T.Whole(x, dy, y, about, out V a0, out V b0);
        T.Whole(x + stride, dy + stride, y + stride, about, out V a1, out V b1);
        nint half = 2 * stride;
        T.Whole(x + half, dy + half, y + half, about, out V a2, out V b2);
        half += stride;
        T.Whole(x + half, dy + half, y + half, about, out V a3, out V b3);
        sum = (a0 + a1) + (a2 + a3);
        product = V.MultiplyAdd(a1, b1, a0 * b0) + V.MultiplyAdd(a3, b3, a2 * b2);
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
