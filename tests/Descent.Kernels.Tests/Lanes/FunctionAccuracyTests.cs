namespace Descent.Kernels.Tests;

/// <summary>exp, log, tanh, erf, sin, cos and pow of floats against double precision, over the whole range.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class FunctionAccuracyTests(ITestOutputHelper output)
{
    private const int Count = 1 << 20;

    // Bounds in ulps: the documentation of the functions states them.
    private const double ExpBound = 1, LogBound = 1, TanhBound = 2, ErfBound = 2, SinCosBound = 2, PowBound = 1.5;

    [Fact]
    public void Exp() => WithinUlps<ExpOp>(ExpBound, FloatSamples.Between(-105, 90, Samples, 2));

    [Fact]
    public void Log() => WithinUlps<LogOp>(LogBound, FloatSamples.Between(0.2, 3, Samples, 3));

    [Fact]
    public void Tanh() => WithinUlps<TanhOp>(TanhBound, FloatSamples.Between(-10, 10, Samples, 4));

    [Fact]
    public void Erf() => WithinUlps<ErfOp>(ErfBound, FloatSamples.Between(-4.5, 4.5, Samples, 5));

    [Fact]
    public void Sin() => TrigonometricWithinUlps<SinOp>();

    [Fact]
    public void Cos() => TrigonometricWithinUlps<CosOp>();

    [Fact]
    public void Sin_and_cos_keep_their_absolute_bound_up_to_their_limit_and_are_not_a_number_beyond()
    {
        float[] x = FloatSamples.Between(-4194304, 4194304, Samples, 8);
        Assert.InRange(AbsoluteError<SinOp>(x), 0, 5e-6);
        Assert.InRange(AbsoluteError<CosOp>(x), 0, 5e-6);
        Assert.All(Apply<SinOp>([4194305, -1e10f, float.MaxValue, float.NegativeInfinity]), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<CosOp>([4194305, -1e10f, float.MaxValue, float.NegativeInfinity]), y => Assert.True(float.IsNaN(y)));
    }

    [Fact]
    public void Pow()
    {
        float[] edges = FloatSamples.Edges;
        var special = new List<(float X, float Y)>();
        foreach (float x in edges.Where((_, i) => i % 7 == 0).Concat([0, -0f, 1, -1, 2, -2, float.NaN, float.PositiveInfinity, float.NegativeInfinity]))
        {
            foreach (float y in (ReadOnlySpan<float>)[0, -0f, 1, -1, 2, 3, -3, 0.5f, -0.5f, 1e9f, 16777215, -1e-40f, 1e30f,
                float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                special.Add((x, y));
            }
        }

        float[] patterns = FloatSamples.BitPatterns(Samples, 9), moderate = FloatSamples.Between(0, 4, Samples, 10);
        float[] near1 = FloatSamples.Between(0.9, 1.1, Samples, 11);
        float[] exponents = FloatSamples.Between(-40, 40, Samples, 12), large = FloatSamples.Between(-1000, 1000, Samples, 13);
        PowWithinUlps([.. special.Select(s => s.X)], [.. special.Select(s => s.Y)]);
        PowWithinUlps(patterns, exponents);
        PowWithinUlps(moderate, exponents);
        PowWithinUlps(near1, large);
        PowWithinUlps(patterns, FloatSamples.BitPatterns(Samples, 14));
        PowWithinUlps(exponents, [.. large.Select(y => MathF.Round(y))]);
    }

    [Fact]
    public void Reference_erf_has_fifteen_digits()
    {
        // Values to 20 digits: erf_table.py beside this file prints them.
        (double X, double Erf)[] exact = [.. ErfTable.Values];
        Assert.All(exact, row => Assert.InRange(Math.Abs((ErfF64.Erf(row.X) - row.Erf) / row.Erf), 0, 1e-15));
        Assert.All(exact, row => Assert.Equal(-ErfF64.Erf(row.X), ErfF64.Erf(-row.X)));
        Assert.Equal(1, ErfF64.Erf(double.PositiveInfinity));
        Assert.Equal(0, ErfF64.Erf(0));
        Assert.True(double.IsNaN(ErfF64.Erf(double.NaN)));
    }

    private static int Samples => SimdTiers.Samples(Count);

    private void TrigonometricWithinUlps<TOp>()
        where TOp : struct, IUnaryOp
    {
        WithinUlps<TOp>(SinCosBound, FloatSamples.Between(-10000, 10000, Samples, 6), limit: 10000);
        WithinUlps<TOp>(SinCosBound, FloatSamples.Between(-7, 7, Samples, 7), limit: 10000);
        WithinUlps<TOp>(SinCosBound, FloatSamples.AroundMultiples(Math.PI / 2, 6366), limit: 10000);
    }

    private void WithinUlps<TOp>(double bound, float[] typical, float limit = float.PositiveInfinity)
        where TOp : struct, IUnaryOp
    {
        float[] x = [.. typical, .. FloatSamples.Edges, .. FloatSamples.BitPatterns(Samples, 1)];
        if (limit < float.PositiveInfinity)
        {
            x = [.. x.Where(value => Math.Abs(value) <= limit)];
        }

        float[] y = Apply<TOp>(x);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double error = Ulps.Error(y[i], TOp.Forward(new F64(x[i])).Value);
            if (error > worst)
            {
                (worst, at) = (error, x[i]);
            }
        }

        output.WriteLine($"{TOp.Name}: {worst:F3} ulp at {at:R} of {x.Length} arguments");
        Assert.True(worst <= bound, $"{TOp.Name}({at:R}): {worst:F2} ulp, allowed {bound}.");
    }

    private void PowWithinUlps(float[] x, float[] y)
    {
        float[] result = new float[x.Length];
        fixed (float* a = x, b = y, r = result)
        {
            nint* args = stackalloc nint[] { (nint)a, (nint)b, (nint)r };
            BinaryLoop<PowOp>.Run(args, x.Length);
        }

        double worst = 0;
        int at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double error = Ulps.Error(result[i], Math.Pow(x[i], y[i]));
            if (error > worst)
            {
                (worst, at) = (error, i);
            }
        }

        output.WriteLine($"pow: {worst:F3} ulp at ({x[at]:R}, {y[at]:R}) of {x.Length} arguments");
        Assert.True(worst <= PowBound, $"pow({x[at]:R}, {y[at]:R}) = {result[at]:R}: {worst:F2} ulp, allowed {PowBound}.");
    }

    private static double AbsoluteError<TOp>(float[] x)
        where TOp : struct, IUnaryOp =>
        Apply<TOp>(x).Zip(x, (y, argument) => Math.Abs(y - TOp.Forward(new F64(argument)).Value)).Max();

    private static float[] Apply<TOp>(float[] x)
        where TOp : struct, IUnaryOp
    {
        float[] y = new float[x.Length];
        fixed (float* source = x, destination = y)
        {
            nint* args = stackalloc nint[] { (nint)source, (nint)destination };
            UnaryLoop<TOp>.Run(args, x.Length);
        }

        return y;
    }
}
