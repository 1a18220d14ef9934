namespace Descent;

/// <summary>
/// A size of a window along its spatial axes: one number for all of them, <c>3</c>, or one for each, outermost first, <c>(3, 5)</c>.
/// </summary>
public readonly struct PerAxis : IEquatable<PerAxis>
{
    private readonly AxisList _sizes;

    private PerAxis(ReadOnlySpan<int> sizes) => _sizes = new AxisList(sizes);

    public static implicit operator PerAxis(int all) => new([all]);

    public static implicit operator PerAxis((int Rows, int Columns) sizes) => new([sizes.Rows, sizes.Columns]);

    public static implicit operator PerAxis((int Depth, int Rows, int Columns) sizes) => new([sizes.Depth, sizes.Rows, sizes.Columns]);

    public static bool operator ==(PerAxis a, PerAxis b) => a.Equals(b);

    public static bool operator !=(PerAxis a, PerAxis b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(PerAxis other) => _sizes.Equals(other._sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PerAxis other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _sizes.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() =>
        _sizes.Span.Length == 1 ? $"{_sizes.Span[0]}" : $"({string.Join(", ", _sizes.Span.ToArray())})";

    /// <summary>One number for each of so many axes.</summary>
    /// <exception cref="ArgumentException">Another number of them is named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is below the least.</exception>
    internal int[] Of(int axes, string name, int least = 1)
    {
        ReadOnlySpan<int> given = _sizes.Span;
        if (given.Length != 1 && given.Length != axes)
        {
            throw new ArgumentException($"{name} must be one number or {axes}, one for each axis, but it is {this}.", name);
        }

        int[] sizes = given.Length == axes ? given.ToArray() : [.. Enumerable.Repeat(given[0], axes)];
        foreach (int size in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, least, name);
        }

        return sizes;
    }
}
