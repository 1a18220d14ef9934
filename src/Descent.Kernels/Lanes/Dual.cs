using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>A number and its slope by one variable: the oracle that gradient rules are tested against.</summary>
/// <remarks>
/// Gradient: exact, by the rules of calculus. At kinks: slope of |x| at 0 is 0; <see cref="Max"/> and <see cref="Min"/> of equals take
/// the slope of the second; <see cref="Floor"/> and comparisons have slope 0 everywhere.
/// </remarks>
public readonly record struct Dual(double Value, double Slope) : ILanes<Dual>
{
    /// <summary>The variable itself: slope 1.</summary>
    [MethodImpl(Jit.Inline)]
    public static Dual Variable(double value) => new(value, 1);

    [MethodImpl(Jit.Inline)]
    public static Dual Const(double value) => new(value, 0);

    [MethodImpl(Jit.Inline)]
    public static Dual Uniform(float value, string name = "") => new(value, 0);

    [MethodImpl(Jit.Inline)]
    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, a.Slope + b.Slope);

    [MethodImpl(Jit.Inline)]
    public static Dual operator -(Dual a, Dual b) => new(a.Value - b.Value, a.Slope - b.Slope);

    [MethodImpl(Jit.Inline)]
    public static Dual operator *(Dual a, Dual b) => new(a.Value * b.Value, (a.Slope * b.Value) + (a.Value * b.Slope));

    [MethodImpl(Jit.Inline)]
    public static Dual operator /(Dual a, Dual b)
    {
        double quotient = a.Value / b.Value;
        return new(quotient, (a.Slope - (quotient * b.Slope)) / b.Value);
    }

    [MethodImpl(Jit.Inline)]
    public static Dual operator -(Dual a) => new(-a.Value, -a.Slope);

    [MethodImpl(Jit.Inline)]
    public static Dual MultiplyAdd(Dual a, Dual b, Dual c) => (a * b) + c;

    [MethodImpl(Jit.Inline)]
    public static Dual Max(Dual a, Dual b) => a.Value > b.Value || double.IsNaN(a.Value) ? a : b;

    [MethodImpl(Jit.Inline)]
    public static Dual Min(Dual a, Dual b) => a.Value < b.Value || double.IsNaN(a.Value) ? a : b;

    [MethodImpl(Jit.Inline)]
    public static Dual Abs(Dual a) => a.Chain(Math.Abs(a.Value), double.IsNaN(a.Value) ? a.Value : Math.Sign(a.Value));

    [MethodImpl(Jit.Inline)]
    public static Dual Sqrt(Dual a) => a.Chain(Math.Sqrt(a.Value), 0.5 / Math.Sqrt(a.Value));

    [MethodImpl(Jit.Inline)]
    public static Dual Floor(Dual a) => new(Math.Floor(a.Value), 0);

    [MethodImpl(Jit.Inline)]
    public static Dual Exp(Dual a) => a.Chain(Math.Exp(a.Value), Math.Exp(a.Value));

    [MethodImpl(Jit.Inline)]
    public static Dual Log(Dual a) => a.Chain(Math.Log(a.Value), 1 / a.Value);

    /// <summary>aᵇ; a fixed exponent asks for no logarithm, so that negative bases keep their slope.</summary>
    [MethodImpl(Jit.Inline)]
    public static Dual Pow(Dual a, Dual b)
    {
        double power = Math.Pow(a.Value, b.Value);
        double byBase = a.Slope == 0 ? 0 : a.Slope * b.Value * Math.Pow(a.Value, b.Value - 1);
        double byExponent = b.Slope == 0 ? 0 : b.Slope * power * Math.Log(a.Value);
        return new(power, byBase + byExponent);
    }

    [MethodImpl(Jit.Inline)]
    public static Dual Sin(Dual a) => a.Chain(Math.Sin(a.Value), Math.Cos(a.Value));

    [MethodImpl(Jit.Inline)]
    public static Dual Cos(Dual a) => a.Chain(Math.Cos(a.Value), -Math.Sin(a.Value));

    [MethodImpl(Jit.Inline)]
    public static Dual Tanh(Dual a)
    {
        // 1 / cosh², because 1 − tanh² cancels where tanh is near ±1.
        double cosh = Math.Cosh(a.Value);
        return a.Chain(Math.Tanh(a.Value), 1 / cosh / cosh);
    }

    [MethodImpl(Jit.Inline)]
    public static Dual Erf(Dual a) =>
        a.Chain(ErfF64.Erf(a.Value), 2 / Math.Sqrt(Math.PI) * Math.Exp(-a.Value * a.Value));

    [MethodImpl(Jit.Inline)]
    public static Dual IfGreater(Dual a, Dual b, Dual then, Dual otherwise) => a.Value > b.Value ? then : otherwise;

    [MethodImpl(Jit.Inline)]
    public static Dual IfEqual(Dual a, Dual b, Dual then, Dual otherwise) => a.Value == b.Value ? then : otherwise;

    // A constant keeps slope 0 where the derivative is infinite.
    [MethodImpl(Jit.Inline)]
    private Dual Chain(double value, double derivative) => new(value, Slope == 0 ? 0 : derivative * Slope);
}
