using System.Runtime.CompilerServices;

namespace Descent;

/// <summary>Checks of constructor arguments that are also the value.</summary>
internal static class Require
{
    public static int Positive(int value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }

    /// <summary>A number in [0, 1).</summary>
    public static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and below 1.");

    public static int Multiple(
        int value,
        int of,
        [CallerArgumentExpression(nameof(value))] string name = "",
        [CallerArgumentExpression(nameof(of))] string ofName = "") =>
        of > 0 && value % of == 0 ? value : throw new ArgumentException($"{name} {value} is not a multiple of {ofName} {of}.", name);

    public static double Momentum(double momentum, bool nesterov) => Fraction(momentum) == 0 && nesterov
        ? throw new ArgumentException("Nesterov's look-ahead needs a momentum above 0.", nameof(nesterov))
        : momentum;
}
