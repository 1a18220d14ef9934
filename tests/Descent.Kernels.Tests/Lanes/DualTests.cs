namespace Descent.Kernels.Tests;

public sealed class DualTests
{
    // Central differences with step 1e-5 keep about 1e-10.
    private const double Step = 1e-5, Tolerance = 1e-8;

    public static TheoryData<string> Members => [.. Formulas.Keys];

    private static readonly Dictionary<string, Func<Dual, Dual>> Formulas = new()
    {
        ["+ − · /"] = x => (x * x) - ((x + Dual.Const(3)) / (x + Dual.Const(7))),
        ["−x"] = x => -x * x,
        ["multiply-add"] = x => Dual.MultiplyAdd(x, x, x * Dual.Uniform(2)),
        ["max"] = x => Dual.Max(x * x, x + Dual.Const(1)),
        ["min"] = x => Dual.Min(x * x, x + Dual.Const(1)),
        ["abs"] = x => Dual.Abs(x * x * x),
        ["sqrt"] = x => Dual.Sqrt((x * x) + Dual.Const(1)),
        ["floor"] = x => x * Dual.Floor(x),
        ["exp"] = x => Dual.Exp(x * x * Dual.Const(-0.5)),
        ["log"] = x => Dual.Log((x * x) + Dual.Const(1)),
        ["pow by base"] = x => Dual.Pow(x, Dual.Const(3)),
        ["pow by exponent"] = x => Dual.Pow(Dual.Const(1.5), x),
        ["pow by both"] = x => Dual.Pow((x * x) + Dual.Const(0.5), x),
        ["sin"] = x => Dual.Sin(x * x),
        ["cos"] = x => Dual.Cos(x * x),
        ["tanh"] = x => Dual.Tanh(x * Dual.Const(0.5)),
        ["erf"] = x => Dual.Erf(x * Dual.Const(0.7)),
        ["if greater"] = x => Dual.IfGreater(x, Dual.Const(0.3), x * x, -x),
        ["if equal"] = x => Dual.IfEqual(Dual.Floor(x), Dual.Const(1), x * x, -x),
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void The_slope_is_the_difference_quotient(string member)
    {
        Func<Dual, Dual> f = Formulas[member];
        foreach (double x in (ReadOnlySpan<double>)[-1.9, -1.1, -0.4, 0.2, 0.7, 1.3, 2.1])
        {
            double quotient = (f(Dual.Const(x + Step)).Value - f(Dual.Const(x - Step)).Value) / (2 * Step);
            double slope = f(Dual.Variable(x)).Slope;
            Assert.True(Math.Abs(slope - quotient) <= Tolerance * (1 + Math.Abs(quotient)), $"{member} at {x}: {slope}, expected {quotient}.");
        }
    }

    [Fact]
    public void A_constant_has_no_slope_even_where_the_derivative_is_infinite()
    {
        Assert.Equal(0, Dual.Sqrt(Dual.Const(0)).Slope);
        Assert.Equal(0, Dual.Log(Dual.Const(0)).Slope);
    }

    [Fact]
    public void Gradient_rules_of_the_sample_formulas_equal_the_slope()
    {
        UnaryRule<ExpOp>();
        UnaryRule<LogOp>();
        UnaryRule<TanhOp>();
        UnaryRule<ErfOp>();
        UnaryRule<SinOp>();
        UnaryRule<CosOp>();
        UnaryRule<ReluOp>();
        UnaryRule<MixedOp>();
        UnaryRule<GeluOp>();
        BinaryRule<QuotientOp>();
        BinaryRule<MaxOp>();
        BinaryRule<MinOp>();
        BinaryRule<PowOp>();
    }

    private static void UnaryRule<TOp>()
        where TOp : struct, IUnaryOp
    {
        var random = new Random(5);
        for (int i = 0; i < 100; i++)
        {
            double x = Sample(random, TOp.Domain), dy = Sample(random, (-2, 2));
            Dual y = TOp.Forward(Dual.Variable(x));
            double dx = TOp.Backward(new F64(x), new F64(y.Value), new F64(dy)).Value;
            Assert.Equal(dy * y.Slope, dx, 1e-12 * (1 + Math.Abs(dx)));
        }
    }

    private static void BinaryRule<TOp>()
        where TOp : struct, IBinaryOp
    {
        var random = new Random(6);
        for (int i = 0; i < 100; i++)
        {
            double a = Sample(random, TOp.Domain), b = Sample(random, TOp.Domain), dy = Sample(random, (-2, 2));
            Dual byA = TOp.Forward(Dual.Variable(a), Dual.Const(b)), byB = TOp.Forward(Dual.Const(a), Dual.Variable(b));
            F64 y = new(byA.Value);
            double da = TOp.BackwardA(new F64(a), new F64(b), y, new F64(dy)).Value;
            double db = TOp.BackwardB(new F64(a), new F64(b), y, new F64(dy)).Value;
            Assert.Equal(dy * byA.Slope, da, 1e-12 * (1 + Math.Abs(da)));
            Assert.Equal(dy * byB.Slope, db, 1e-12 * (1 + Math.Abs(db)));
        }
    }

    private static double Sample(Random random, (double Low, double High) domain) =>
        domain.Low + ((domain.High - domain.Low) * random.NextDouble());
}
