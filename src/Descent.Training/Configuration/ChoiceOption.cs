using System.Globalization;

namespace Descent;

/// <summary>An option of something that is chosen by name, such as a network or an optimizer: <c>hidden=256-128</c>.</summary>
/// <param name="Name">Before the equals sign.</param>
/// <param name="Meaning">One line that says what it is.</param>
/// <param name="Default">Its value where it is not given.</param>
/// <param name="Check">Throws an <see cref="ArgumentException"/> at a text that is no value of it.</param>
internal sealed record ChoiceOption(string Name, string Meaning, string Default, Action<string> Check)
{
    private const string None = "none";
    private const double MaxFactor = 16;

    /// <summary>A whole number of at least 1.</summary>
    public static ChoiceOption Whole(string name, string meaning, int value) =>
        new(name, meaning, Text(value), text => ReadWhole(name, text));

    /// <summary>A part of 1, in [0, 1).</summary>
    public static ChoiceOption Part(string name, string meaning, double value) =>
        new(name, meaning, value.ToString(CultureInfo.InvariantCulture), text => ReadPart(name, text));

    /// <summary>What sizes are multiplied by, above 0.</summary>
    public static ChoiceOption Factor(string name, string meaning, double value) =>
        new(name, meaning, value.ToString(CultureInfo.InvariantCulture), text => ReadFactor(name, text));

    /// <summary>A number of a range.</summary>
    public static ChoiceOption Number(string name, string meaning, double value, NumberRange range) =>
        new(name, meaning, value.ToString("R", CultureInfo.InvariantCulture), text => ReadNumber(name, text, range));

    /// <summary>Yes or no.</summary>
    public static ChoiceOption YesOrNo(string name, string meaning, bool value) =>
        value ? OneOf(name, meaning, "yes", "no") : OneOf(name, meaning, "no", "yes");

    /// <summary>One of a few words; the first is the default.</summary>
    public static ChoiceOption OneOf(string name, string meaning, params string[] words) =>
        new(name, $"{meaning}: {string.Join(", ", words)}", words[0], text =>
        {
            if (!words.Contains(text))
            {
                throw new ArgumentException($"The option '{name}' takes {string.Join(" or ", words)}, not '{text}'.");
            }
        });

    /// <summary>Whole numbers joined by hyphens, or the word none.</summary>
    public static ChoiceOption Widths(string name, string meaning, string value) =>
        new(name, $"{meaning}, joined by '-', or none", value, text => ReadWidths(name, text));

    public static int ReadWhole(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 65536
            ? value
            : throw new ArgumentException($"The option '{name}' takes a whole number from 1 to 65536, not '{text}'.");

    public static double ReadPart(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and < 1
            ? value
            : throw new ArgumentException($"The option '{name}' takes a number of at least 0 and below 1, not '{text}'.");

    public static double ReadFactor(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= MaxFactor
            ? value
            : throw new ArgumentException($"The option '{name}' takes a number above 0 and at most {MaxFactor}, not '{text}'.");

    public static double ReadNumber(string name, string text, NumberRange range) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && range.Holds(value)
            ? value
            : throw new ArgumentException($"The option '{name}' takes {range.Words}, not '{text}'.");

    public static int[] ReadWidths(string name, string text)
    {
        if (text == None)
        {
            return [];
        }

        string[] parts = text.Split('-');
        int[] widths = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out widths[i]) || widths[i] is < 1 or > 65536)
            {
                throw new ArgumentException(
                    $"The option '{name}' takes widths from 1 to 65536 joined by '-', such as 256-128, or {None}, not '{text}'.");
            }
        }

        return widths;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
