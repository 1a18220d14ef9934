using System.Globalization;

namespace Descent;

/// <summary>Which numbers a setting takes: none that is infinite or NaN.</summary>
internal sealed class NumberRange
{
    private readonly Func<double, bool> _holds;

    private NumberRange(string words, Func<double, bool> holds) => (Words, _holds) = (words, holds);

    /// <summary>(0, ∞).</summary>
    public static NumberRange Positive { get; } = new("a number above 0", value => value > 0);

    /// <summary>[0, ∞).</summary>
    public static NumberRange NotNegative { get; } = new("a number of at least 0", value => value >= 0);

    /// <summary>[0, 1).</summary>
    public static NumberRange Part { get; } = new("a number of at least 0 and below 1", value => value is >= 0 and < 1);

    /// <summary>[0, 1].</summary>
    public static NumberRange Share { get; } = new("a number from 0 to 1", value => value is >= 0 and <= 1);

    /// <summary>In words: <c>a number above 0</c>.</summary>
    public string Words { get; }

    /// <summary>[low, high].</summary>
    public static NumberRange Between(double low, double high) => new(
        string.Create(CultureInfo.InvariantCulture, $"a number from {low} to {high}"), value => value >= low && value <= high);

    public bool Holds(double value) => double.IsFinite(value) && _holds(value);
}
