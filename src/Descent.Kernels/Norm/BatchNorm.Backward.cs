using System.Runtime.CompilerServices;

namespace Descent.Kernels;

// The gradients. Where a rectifier follows the normalisation, gate is its saved output: dy counts only where gate > 0. Null: no rectifier.
public static unsafe partial class BatchNorm
{
    /// <summary>First phase of the gradient sums: Σ dy and Σ dy·(x − mean) of each chunk.</summary>
    [MethodImpl(Jit.Hot)]
    public static void SumGradients(
        int rows, int columns, float* x, float* dy, float* gate, float* mean, float* workspace, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns);
        for (int chunk = firstUnit; chunk < lastUnit; chunk++)
        {
            (int first, int last) = Chunk(rows, chunks, chunk);
            float* sums = workspace + ((long)PerColumn * chunk * columns), products = sums + columns;
            nint at = (nint)first * columns;
            if (gate == null)
            {
                ColumnPass<Slopes<NoGate>>.Run(last - first, columns, x + at, dy + at, null, mean, sums, products);
            }
            else
            {
                ColumnPass<Slopes<ReluGate>>.Run(last - first, columns, x + at, dy + at, gate + at, mean, sums, products);
            }
        }
    }

    /// <summary>Second phase: dβ = Σ dy and dγ = Σ dy·x̂ of each column.</summary>
    [MethodImpl(Jit.Hot)]
    public static void CombineGradients(
        int rows, int columns, double epsilon, float* workspace, float* variance, float* dgamma, float* dbeta, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns), first = firstUnit * ColumnBlock, end = Math.Min(columns, lastUnit * ColumnBlock);
        for (int c = first; c < end; c += F32x8.Count)
        {
            int lanes = Math.Min(F32x8.Count, end - c);
            Doubles sum = default, product = default;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                float* partial = workspace + ((long)PerColumn * chunk * columns) + c;
                sum = sum + Doubles.Load(partial, lanes);
                product = product + Doubles.Load(partial + columns, lanes);
            }
            sum.Store(dbeta + c, lanes);
            product.Store(dgamma + c, lanes);
        }
        for (int c = first; c < end; c++)
        {
            dgamma[c] = (float)(dgamma[c] / Math.Sqrt(variance[c] + epsilon));
        }
    }

    /// <summary>
    /// The three numbers per column that dx is made of: dx = a·dy + b·(x − mean) + c, with r = 1/√(variance + ε), a = γ·r, b =
    /// −γ·r²·dγ/rows and c = −γ·r·dβ/rows.
    /// </summary>
    public static void BackwardCoefficients(
        int rows, int columns, double epsilon, float* gamma, float* variance, float* dgamma, float* dbeta, float* a, float* b, float* c,
        int firstUnit, int lastUnit)
    {
        for (int i = firstUnit * ColumnBlock; i < Math.Min(columns, lastUnit * ColumnBlock); i++)
        {
            double r = 1 / Math.Sqrt(variance[i] + epsilon);
            a[i] = (float)(gamma[i] * r);
            b[i] = (float)(-gamma[i] * r * r * dgamma[i] / rows);
            c[i] = (float)(-gamma[i] * r * dbeta[i] / rows);
        }
    }

    /// <summary>dx = a·dy + b·(x − mean) + c with the numbers of <see cref="BackwardCoefficients"/>. dx may be dy, x or gate.</summary>
    public static void BackwardInput(
        int rows, int columns, float* x, float* dy, float* gate, float* mean, float* a, float* b, float* c, float* dx,
        int firstUnit, int lastUnit)
    {
        nint perUnit = RowsPerUnit(columns), first = firstUnit * perUnit, last = nint.Min(rows, lastUnit * perUnit), at = first * columns;
        var args = new ColumnArgs { X = x + at, Other = dy + at, Gate = gate + at, A = a, B = b, C = c, D = mean };
        if (gate == null)
        {
            ColumnMap<InputGradient<NoGate>>.Run(last - first, columns, args, dx + at);
        }
        else
        {
            ColumnMap<InputGradient<ReluGate>>.Run(last - first, columns, args, dx + at);
        }
    }

    /// <summary>Which dy count: all, or those where a rectifier was open.</summary>
    private interface IGate
    {
        static abstract V Whole<V>(float* dy, float* gate)
            where V : struct, ISimd<V>;

        /// <summary>The first <paramref name="count"/> lanes, 0 in the others.</summary>
        static abstract V First<V>(float* dy, float* gate, nint count)
            where V : struct, ISimd<V>;
    }

    private readonly struct NoGate : IGate
    {
        [MethodImpl(Jit.Inline)]
        public static V Whole<V>(float* dy, float* gate)
            where V : struct, ISimd<V> => V.Load(dy);

        [MethodImpl(Jit.Inline)]
        public static V First<V>(float* dy, float* gate, nint count)
            where V : struct, ISimd<V> => RowLanes.LoadFirst(dy, count, V.Const(0));
    }

    private readonly struct ReluGate : IGate
    {
        [MethodImpl(Jit.Inline)]
        public static V Whole<V>(float* dy, float* gate)
            where V : struct, ISimd<V> => V.IfGreater(V.Load(gate), V.Const(0), V.Load(dy), V.Const(0));

        [MethodImpl(Jit.Inline)]
        public static V First<V>(float* dy, float* gate, nint count)
            where V : struct, ISimd<V>
        {
            V zero = V.Const(0);
            return V.IfGreater(RowLanes.LoadFirst(gate, count, zero), zero, RowLanes.LoadFirst(dy, count, zero), zero);
        }
    }

    /// <summary>a = dy where it counts, b = x − centre.</summary>
    private readonly struct Slopes<G> : IColumnTerms
        where G : struct, IGate
    {
        [MethodImpl(Jit.Inline)]
        public static void Whole<V>(float* x, float* dy, float* y, V centre, out V a, out V b)
            where V : struct, ISimd<V>
        {
            a = G.Whole<V>(dy, y);
            b = V.Load(x) - centre;
        }

        [MethodImpl(Jit.Inline)]
        public static void First<V>(float* x, float* dy, float* y, nint count, V centre, out V a, out V b)
            where V : struct, ISimd<V>
        {
            a = G.First<V>(dy, y, count);
            b = RowLanes.LoadFirst(x, count, centre) - centre;
        }
    }

    /// <summary>a·dy + (b·(x − d) + c).</summary>
    private readonly struct InputGradient<G> : IColumnFormula
        where G : struct, IGate
    {
        public static int Numbers => 4;

        [MethodImpl(Jit.Inline)]
        public static V Whole<V>(float* x, float* dy, float* gate, float* a, float* b, float* c, float* d)
            where V : struct, ISimdPrimitives<V> =>
            V.MultiplyAdd(V.Load(a), G.Whole<V>(dy, gate), V.MultiplyAdd(V.Load(b), V.Load(x) - V.Load(d), V.Load(c)));

        [MethodImpl(Jit.Inline)]
        public static V First<V>(float* x, float* dy, float* gate, float* a, float* b, float* c, float* d, nint count)
            where V : struct, ISimdPrimitives<V>
        {
            V zero = V.Const(0), centred = RowLanes.LoadFirst(x, count, zero) - RowLanes.LoadFirst(d, count, zero);
            V rest = V.MultiplyAdd(RowLanes.LoadFirst(b, count, zero), centred, RowLanes.LoadFirst(c, count, zero));
            return V.MultiplyAdd(RowLanes.LoadFirst(a, count, zero), G.First<V>(dy, gate, count), rest);
        }
    }
}
