using System.Globalization;

namespace Descent;

/// <summary>The settings of one activity, in the order of their declaration.</summary>
/// <remarks>Declaring a setting adds it, so that no list of them is to be kept beside the declarations.</remarks>
public sealed class SettingSchema
{
    private readonly List<Setting> _all = [];

    internal SettingSchema()
    {
    }

    /// <summary>Every setting.</summary>
    public IReadOnlyList<Setting> All => _all;

    /// <summary>The setting of that name, or null.</summary>
    public Setting? Find(string name) => _all.Find(setting => setting.Name == name);

    /// <summary>A whole number.</summary>
    internal Setting<int> Whole(string group, string name, int @default, int low, int high, string help, string placeholder = "N") =>
        Add(name, Number(group, help, placeholder, WholeWords(low, high)), @default, text => ReadWhole(text, low, high), Write);

    /// <summary>A whole number that may be left open.</summary>
    /// <param name="group">The heading.</param>
    /// <param name="name">As files name it.</param>
    /// <param name="otherwise">In words, what happens where it is not set; null: nothing.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The largest value.</param>
    /// <param name="help">One sentence without its full stop.</param>
    internal Setting<int?> WholeOr(string group, string name, string? otherwise, int low, int high, string help) => Add<int?>(
        name, Number(group, help, "N", WholeWords(low, high)) with { Otherwise = otherwise }, null, text => ReadWhole(text, low, high), value => Write(value!.Value));

    /// <summary>A number of a range.</summary>
    internal Setting<double> Number(string group, string name, double @default, NumberRange range, string help, string placeholder = "X") =>
        Add(name, Number(group, help, placeholder, range.Words), @default, text => ReadNumber(text, range), Write);

    /// <summary>A number that may be left open.</summary>
    /// <inheritdoc cref="WholeOr" path="/param"/>
    internal Setting<double?> NumberOr(string group, string name, string? otherwise, NumberRange range, string help, string placeholder = "X") => Add<double?>(
        name, Number(group, help, placeholder, range.Words) with { Otherwise = otherwise }, null, text => ReadNumber(text, range), value => Write(value!.Value));

    /// <summary>A seed: a whole number of 64 bits.</summary>
    internal Setting<ulong> Seed(string group, string name, ulong @default, string help) => Add(
        name,
        Number(group, help, "N", $"a whole number from 0 to {ulong.MaxValue}"),
        @default,
        text => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Something that is or is not; it is not unless it is set.</summary>
    internal Setting<bool> Flag(string group, string name, string help, bool isRecorded = true) => Add(
        name,
        new(group, help, "", "true or false") { Form = SettingForm.Flag, IsRecorded = isRecorded },
        false,
        text => text switch
        {
            "true" => true,
            "false" => false,
            _ => throw new FormatException(),
        },
        value => value ? "true" : "false");

    /// <summary>A text that may be left out.</summary>
    internal Setting<string?> Text(
        string group, string name, string help, string placeholder = "TEXT", string? otherwise = null, bool isRecorded = true) => Add<string?>(
        name,
        new(group, help, placeholder, "a text") { Otherwise = otherwise, IsRecorded = isRecorded },
        null,
        text => text.Length > 0 ? text : throw new FormatException(),
        value => value!);

    /// <summary>What a function reads from a text; it throws an <see cref="ArgumentException"/> that says what is wrong.</summary>
    /// <param name="group">The heading.</param>
    /// <param name="name">As files name it.</param>
    /// <param name="default">What it is where nobody sets it.</param>
    /// <param name="read">Its <c>ToString</c> is to give the text back.</param>
    /// <param name="help">One sentence without its full stop.</param>
    /// <param name="placeholder">What stands for a value on the command line.</param>
    /// <param name="otherwise">In words, what happens where it is not set, if the default does not say it.</param>
    /// <param name="takesList">Whether a file may give a list; the function gets its elements joined by commas.</param>
    internal Setting<T> Of<T>(
        string group, string name, T @default, Func<string, T> read, string help, string placeholder, string? otherwise = null, bool takesList = false) => Add(
        name,
        new(group, help, placeholder, takesList ? "a text or a list" : "a text") { Otherwise = otherwise, TakesList = takesList },
        @default,
        read,
        value => value!.ToString()!);

    /// <summary>One of the values of an enumeration, by their names in small letters.</summary>
    internal Setting<T> OneOf<T>(string group, string name, T @default, string help)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(word => word.ToLowerInvariant())];
        return Add(
            name,
            new(group, help, string.Join('|', words), string.Join(" or ", words)),
            @default,
            text => words.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true) : throw new FormatException(),
            value => value.ToString().ToLowerInvariant());
    }

    private Setting<T> Add<T>(string name, SettingTraits traits, T @default, Func<string, T> read, Func<T, string> write)
    {
        var setting = new Setting<T>(name, traits, @default, read, write);
        _all.Add(setting);
        return setting;
    }

    private static SettingTraits Number(string group, string help, string placeholder, string expected) =>
        new(group, help, placeholder, expected) { Form = SettingForm.Number };

    private static string WholeWords(int low, int high) => $"a whole number from {low} to {high}";

    private static int ReadWhole(string text, int low, int high) =>
        int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) is int value && value >= low && value <= high ? value : throw new FormatException();

    private static double ReadNumber(string text, NumberRange range) =>
        double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is double value && range.Holds(value) ? value : throw new FormatException();

    private static string Write(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
