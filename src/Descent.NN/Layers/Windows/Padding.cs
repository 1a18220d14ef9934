namespace Descent;

/// <summary>
/// How far the windows of a layer reach beyond the edges: a number for all sides, <c>1</c>; one for both sides of each axis, <c>(1, 2)</c>;
/// one for each side, <see cref="Sides"/>; as much as keeps the size, <see cref="Same"/>; or not at all, <see cref="Valid"/>, the default.
/// </summary>
public readonly struct Padding : IEquatable<Padding>
{
    private readonly AxisList _before;
    private readonly AxisList _after;

    private Padding(ReadOnlySpan<int> before, ReadOnlySpan<int> after, bool isSame = false) =>
        (_before, _after, IsSame) = (new AxisList(before), new AxisList(after), isSame);

    /// <summary>No padding: windows lie within the image.</summary>
    public static Padding Valid => default;

    /// <summary>
    /// As much as it takes for ⌈n / stride⌉ windows along an axis of n, half before and half behind; an odd element goes behind.
    /// </summary>
    public static Padding Same { get; } = new([], [], isSame: true);

    internal bool IsSame { get; }

    /// <summary>A padding for each side of each axis, outermost axis first: <c>Sides((top, bottom), (left, right))</c>.</summary>
    public static Padding Sides(params ReadOnlySpan<(int Before, int After)> axes)
    {
        if (axes.Length is < 1 or > 3)
        {
            throw new ArgumentException($"Padding has sides for one, two or three axes, not for {axes.Length}.", nameof(axes));
        }

        Span<int> before = stackalloc int[axes.Length], after = stackalloc int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            (before[i], after[i]) = axes[i];
        }

        return new Padding(before, after);
    }

    public static implicit operator Padding(int all) => new([all], [all]);

    public static implicit operator Padding((int Rows, int Columns) axes) => new([axes.Rows, axes.Columns], [axes.Rows, axes.Columns]);

    public static implicit operator Padding((int Depth, int Rows, int Columns) axes) =>
        new([axes.Depth, axes.Rows, axes.Columns], [axes.Depth, axes.Rows, axes.Columns]);

    public static bool operator ==(Padding a, Padding b) => a.Equals(b);

    public static bool operator !=(Padding a, Padding b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(Padding other) => _before.Equals(other._before) && _after.Equals(other._after) && IsSame == other.IsSame;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Padding other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_before, _after, IsSame);

    /// <inheritdoc/>
    public override string ToString() => IsSame ? "same"
        : _before.Span.IsEmpty ? "valid"
        : string.Join(", ", _before.Span.ToArray().Zip(_after.Span.ToArray(), (before, after) => before == after ? $"{before}" : $"({before}, {after})"));

    /// <summary>Both sides of each of so many axes; none for <see cref="Same"/>, which depends on the image.</summary>
    /// <exception cref="ArgumentException">Another number of axes is named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is negative.</exception>
    internal (int Before, int After)[] Of(int axes, string name)
    {
        ReadOnlySpan<int> before = _before.Span, after = _after.Span;
        if (before.Length > 1 && before.Length != axes)
        {
            throw new ArgumentException($"{name} must be one number or {axes}, one for each axis, but it is {this}.", name);
        }

        var sides = new (int Before, int After)[axes];
        for (int i = 0; i < axes && before.Length > 0; i++)
        {
            sides[i] = before.Length == 1 ? (before[0], after[0]) : (before[i], after[i]);
            ArgumentOutOfRangeException.ThrowIfNegative(sides[i].Before, name);
            ArgumentOutOfRangeException.ThrowIfNegative(sides[i].After, name);
        }

        return sides;
    }
}
