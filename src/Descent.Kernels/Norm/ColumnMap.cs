using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>The matrices and the numbers per column that a <see cref="IColumnFormula"/> reads; those it does not read may be null.</summary>
internal unsafe struct ColumnArgs
{
    public float* X;
    public float* Other;
    public float* Gate;

    public float* A;
    public float* B;
    public float* C;
    public float* D;
}

/// <summary>One element of the result, given up to three matrices and up to four numbers per column.</summary>
internal unsafe interface IColumnFormula
{
    /// <summary>How many of the numbers a, b, c, d per column it reads.</summary>
    static abstract int Numbers { get; }

    /// <summary>A whole vector; each pointer stands at its first element.</summary>
    static abstract V Whole<V>(float* x, float* other, float* gate, float* a, float* b, float* c, float* d)
        where V : struct, ISimdPrimitives<V>;

    /// <summary>The same in the first <paramref name="count"/> lanes.</summary>
    static abstract V First<V>(float* x, float* other, float* gate, float* a, float* b, float* c, float* d, nint count)
        where V : struct, ISimdPrimitives<V>;
}

/// <summary>Elementwise formulas over dense matrices (rows, columns) with numbers per column. The result may be one of the matrices.</summary>
/// <remarks>
/// Short rows are taken together: the numbers per column are repeated until they fill whole vectors, so that no vector ends at a row's end.
/// </remarks>
internal static unsafe class ColumnMap<F>
    where F : struct, IColumnFormula
{
    /// <summary>Fewer columns than this are repeated until there are as many, in whole vectors.</summary>
    private const int LeastPeriod = 128;

    // 127 columns make whole vectors of 16 lanes after 16 rows.
    private const int MostPeriod = 16 * LeastPeriod, MostNumbers = 4;

    [MethodImpl(Jit.Hot)]
    public static void Run(nint rows, int columns, ColumnArgs args, float* result)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<F32x16>(rows, columns, args, result);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<F32x8>(rows, columns, args, result);
        }
        else
        {
            Run<F32x4>(rows, columns, args, result);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Run<V>(nint rows, int columns, ColumnArgs args, float* result)
        where V : struct, ISimdPrimitives<V>
    {
        if (columns >= LeastPeriod || rows == 1)
        {
            Rows<V>(rows * columns, columns, args, result);
        }
        else
        {
            Repeated<V>(rows, columns, args, result);
        }
    }

    [MethodImpl(Jit.Hot | MethodImplOptions.NoInlining), SkipLocalsInit]
    private static void Repeated<V>(nint rows, int columns, ColumnArgs args, float* result)
        where V : struct, ISimdPrimitives<V>
    {
        float* numbers = stackalloc float[MostNumbers * MostPeriod];
        int period = columns;
        while (period < LeastPeriod || period % V.Count != 0)
        {
            period += columns;
        }
        args.A = Repeat(args.A, columns, numbers, 0, period);
        args.B = Repeat(args.B, columns, numbers, 1, period);
        args.C = Repeat(args.C, columns, numbers, 2, period);
        args.D = Repeat(args.D, columns, numbers, 3, period);
        Rows<V>(rows * columns, period, args, result);
    }

    /// <summary>The index-th of the numbers per column, one period of it.</summary>
    private static float* Repeat(float* values, int columns, float* numbers, int index, int period)
    {
        float* repeated = numbers + (index * MostPeriod);
        for (int i = 0; index < F.Numbers && i < period; i += columns)
        {
            new ReadOnlySpan<float>(values, columns).CopyTo(new Span<float>(repeated + i, columns));
        }
        return repeated;
    }

    /// <summary>Rows of <paramref name="period"/> elements, the last one perhaps shorter.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Rows<V>(nint elements, nint period, ColumnArgs args, float* result)
        where V : struct, ISimdPrimitives<V>
    {
        float* x = args.X, other = args.Other, gate = args.Gate, a = args.A, b = args.B, c = args.C, d = args.D;
        for (nint row = 0; row < elements; row += period)
        {
            nint n = nint.Min(period, elements - row), j = 0;
            for (; j <= n - V.Count; j += V.Count)
            {
                nint i = row + j;
                F.Whole<V>(x + i, other + i, gate + i, a + j, b + j, c + j, d + j).Store(result + i);
            }
            if (j < n)
            {
                nint i = row + j;
                RowLanes.StoreFirst(F.First<V>(x + i, other + i, gate + i, a + j, b + j, c + j, d + j, n - j), result + i, n - j);
            }
        }
    }
}
