using System.Globalization;

namespace Descent;

/// <summary>The size that images get.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record ImageSize(int Height, int Width)
{
    private const int Most = 4096;

    /// <summary>Reads <c>N</c> or <c>HEIGHTxWIDTH</c>.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static ImageSize Parse(string text)
    {
        int[] sides = [.. text.Split('x').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        return sides.Length is 1 or 2 && Array.TrueForAll(sides, side => side is >= 1 and <= Most)
            ? new(sides[0], sides[^1])
            : throw new ArgumentException($"A size is N or HEIGHTxWIDTH with numbers from 1 to {Most}, such as 224 or 32x64, not '{text}'.");
    }

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"{Height}x{Width}";
}
