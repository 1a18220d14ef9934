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
