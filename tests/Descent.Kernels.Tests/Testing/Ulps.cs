namespace Descent.Kernels.Tests;

/// <summary>Distances in units in the last place of a float.</summary>
internal static class Ulps
{
    /// <summary>
    /// |actual − exact| in ulps of the exact value; 0 for two NaN or equal infinities; ∞ where only one is NaN or the sign of a zero is
    /// lost. An exact value that rounds to infinity is met by infinity.
    /// </summary>
    public static double Error(float actual, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(actual))
        {
            return double.IsNaN(exact) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        if (exact == 0)
        {
            return actual == 0 && double.IsNegative(exact) == float.IsNegative(actual) ? 0 : double.PositiveInfinity;
        }

        if (float.IsInfinity(actual) || double.IsInfinity(exact))
        {
            return actual == (float)exact ? 0 : double.PositiveInfinity;
        }

        return Math.Abs(actual - exact) / OneAt(exact);
    }

    /// <summary>The spacing of floats around <paramref name="value"/>.</summary>
    public static double OneAt(double value) => Math.ScaleB(1, Math.Max(Math.ILogB(value) - 23, -149));
}
