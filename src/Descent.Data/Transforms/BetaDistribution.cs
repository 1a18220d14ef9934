namespace Descent;

/// <summary>Draws from the symmetric beta distribution.</summary>
internal static class BetaDistribution
{
    /// <summary>λ from Beta(α, α), in [0, 1]: near ½ for large α, near 0 or 1 for small ones.</summary>
    public static double Draw(double alpha, ref TransformDraw draw)
    {
        double x = Gamma(alpha, ref draw), y = Gamma(alpha, ref draw);
        return x + y > 0 ? x / (x + y) : draw.Next(2);
    }

    // Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM Trans. Math. Software 2000; below 1 by their section 6.
    private static double Gamma(double alpha, ref TransformDraw draw)
    {
        if (alpha < 1)
        {
            return Gamma(alpha + 1, ref draw) * Math.Pow(1 - draw.NextDouble(), 1 / alpha);
        }

        double d = alpha - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Math.Sqrt(-2 * Math.Log(1 - draw.NextDouble())) * Math.Cos(2 * Math.PI * draw.NextDouble()), v = 1 + (c * x);
            v *= v * v;
            if (v > 0 && Math.Log(1 - draw.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
