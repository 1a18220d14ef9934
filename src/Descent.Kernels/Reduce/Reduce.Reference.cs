namespace Descent.Kernels;

/// <summary>Naive reductions in double, over any axes of a dense array.</summary>
/// <remarks>Bit i of <c>axes</c> says that axis i is reduced. The result holds the kept axes in their order.</remarks>
public static class ReduceReference
{
    /// <summary>The operation <typeparamref name="R"/> over all elements that fall together.</summary>
    public static void Run<R>(ReadOnlySpan<double> x, ReadOnlySpan<int> shape, uint axes, Span<double> y)
        where R : struct, IReduction
    {
        y.Fill(R.Identity);
        for (int i = 0; i < x.Length; i++)
        {
            int at = Target(i, shape, axes);
            y[at] = R.Combine(new F64(y[at]), new F64(x[i])).Value;
        }
    }

    /// <inheritdoc cref="SumReduction"/>
    public static void Sum(ReadOnlySpan<double> x, ReadOnlySpan<int> shape, uint axes, Span<double> y) =>
        Run<SumReduction>(x, shape, axes, y);

    /// <inheritdoc cref="MaxReduction"/>
    public static void Max(ReadOnlySpan<double> x, ReadOnlySpan<int> shape, uint axes, Span<double> y) =>
        Run<MaxReduction>(x, shape, axes, y);

    /// <inheritdoc cref="MinReduction"/>
    public static void Min(ReadOnlySpan<double> x, ReadOnlySpan<int> shape, uint axes, Span<double> y) =>
        Run<MinReduction>(x, shape, axes, y);

    /// <summary><c>y = Σ x / count</c>; NaN for no element.</summary>
    public static void Mean(ReadOnlySpan<double> x, ReadOnlySpan<int> shape, uint axes, Span<double> y)
    {
        Sum(x, shape, axes, y);
        Divide(y, (double)Count(shape, axes));
    }

    /// <summary><c>y = Σ (x − mean)² / (count − correction)</c>: correction 0 for the population, 1 for a sample.</summary>
    /// <remarks>In two passes: the difference of mean square and squared mean would lose all digits where the mean is large.</remarks>
    public static void Variance(ReadOnlySpan<double> x, ReadOnlySpan<int> shape, uint axes, double correction, Span<double> y)
    {
        double[] mean = new double[y.Length];
        Mean(x, shape, axes, mean);
        y.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            int at = Target(i, shape, axes);
            y[at] += (x[i] - mean[at]) * (x[i] - mean[at]);
        }
        Divide(y, Count(shape, axes) - correction);
    }

    private static void Divide(Span<double> y, double by)
    {
        foreach (ref double value in y)
        {
            value /= by;
        }
    }

    private static long Count(ReadOnlySpan<int> shape, uint axes)
    {
        long count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            count *= (axes >> axis & 1) != 0 ? shape[axis] : 1;
        }
        return count;
    }

    /// <summary>Where element <paramref name="index"/> of x goes in the result.</summary>
    private static int Target(int index, ReadOnlySpan<int> shape, uint axes)
    {
        int target = 0, stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (index, int position) = Math.DivRem(index, shape[axis]);
            if ((axes >> axis & 1) == 0)
            {
                target += position * stride;
                stride *= shape[axis];
            }
        }
        return target;
    }
}
