using System.Globalization;

namespace Descent;

/// <summary>
/// How often a training writes a checkpoint besides at the end of each epoch: every so many steps (<c>500</c>), or seconds, minutes or hours
/// (<c>30s</c>, <c>10m</c>, <c>1h</c>).
/// </summary>
public sealed record CheckpointInterval
{
    private readonly long _count;
    private readonly string _unit;

    private CheckpointInterval(long count, string unit) => (_count, _unit) = (count, unit);

    /// <summary>Ten minutes: what a power cut may cost at most.</summary>
    public static CheckpointInterval Default { get; } = new(10, "m");

    /// <summary>Every so many steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static CheckpointInterval OfSteps(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(count, "");
    }

    /// <summary>Reads <c>500</c>, <c>30s</c>, <c>10m</c>, <c>1h</c>.</summary>
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public static CheckpointInterval Parse(string text)
    {
        string number = text.TrimEnd('s', 'm', 'h'), unit = text[number.Length..];
        return unit.Length <= 1 && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? new(count, unit)
            : throw new ArgumentException(
                $"A checkpoint is written every so many steps, seconds, minutes or hours, such as 500, 30s, 10m or 1h, not '{text}'.");
    }

    /// <summary>Whether one is due.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="sinceLast">Time since the last one.</param>
    internal bool IsDue(long step, TimeSpan sinceLast) => _unit switch
    {
        "" => step % _count == 0,
        "s" => sinceLast.TotalSeconds >= _count,
        "m" => sinceLast.TotalMinutes >= _count,
        _ => sinceLast.TotalHours >= _count,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_count}{_unit}");
}
