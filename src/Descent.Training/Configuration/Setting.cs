using System.Text.Json;

namespace Descent;

/// <summary>How a setting's value is written in a file.</summary>
public enum SettingForm
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false; on the command line the name alone is true.</summary>
    Flag,
}

/// <summary>
/// Something that a person can set: its name, what values it takes, what it is otherwise, and what it means. The command line, configuration files,
/// <c>run.json</c> and the reference page know of a setting from here alone.
/// </summary>
public abstract class Setting
{
    private protected Setting(string name, SettingTraits traits) => (Name, Traits) = (name, traits);

    /// <summary>As a file names it; the command line puts <c>--</c> before it.</summary>
    public string Name { get; }

    /// <summary>The heading that it stands under.</summary>
    public string Group => Traits.Group;

    /// <summary>One sentence without its full stop.</summary>
    public string Help => Traits.Help;

    /// <summary>What stands for a value on the command line: <c>N</c>.</summary>
    public string Placeholder => Traits.Placeholder;

    /// <summary>What values it takes, in words: <c>a whole number from 1 to 256</c>.</summary>
    public string Expected => Traits.Expected;

    /// <summary>How its value is written in a file.</summary>
    public SettingForm Form => Traits.Form;

    /// <summary>Whether a file may give a list, whose elements the command line joins by commas.</summary>
    public bool TakesList => Traits.TakesList;

    /// <summary>Whether <c>run.json</c> holds it: false for what a repetition must be free to choose, such as the folder it goes to.</summary>
    public bool IsRecorded => Traits.IsRecorded;

    /// <summary>What it is where nobody sets it, in words; null where it is then simply not there.</summary>
    public abstract string? DefaultText { get; }

    /// <summary><see cref="Help"/> and the default in one sentence.</summary>
    public string Sentence => DefaultText is null || Form == SettingForm.Flag ? $"{Help}." : $"{Help}; {DefaultText} by default.";

    private protected SettingTraits Traits { get; }

    /// <summary>The value that a text stands for.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="label">What the message calls the setting, <c>--epochs</c> for instance.</param>
    /// <exception cref="ArgumentException">It stands for none; the message says what is expected.</exception>
    public abstract object? Read(string text, string label);

    /// <summary>The text that <see cref="Read"/> reads back.</summary>
    internal abstract string Write(object value);

    /// <summary>What it is where nobody sets it.</summary>
    internal abstract object? DefaultValue { get; }

    internal void WriteMember(Utf8JsonWriter json, object value)
    {
        json.WritePropertyName(Name);
        if (Form == SettingForm.Text)
        {
            json.WriteStringValue(Write(value));
        }
        else
        {
            json.WriteRawValue(Write(value));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A setting whose values are of one type.</summary>
/// <typeparam name="T">Nullable where there may be no value.</typeparam>
public sealed class Setting<T> : Setting
{
    private readonly Func<string, T> _read;
    private readonly Func<T, string> _write;

    internal Setting(string name, SettingTraits traits, T @default, Func<string, T> read, Func<T, string> write)
        : base(name, traits) => (Default, _read, _write) = (@default, read, write);

    /// <summary>What it is where nobody sets it.</summary>
    public T Default { get; }

    /// <inheritdoc/>
    public override string? DefaultText => Traits.Otherwise ?? (Default is null ? null : _write(Default));

    internal override object? DefaultValue => Default;

    /// <inheritdoc/>
    public override object? Read(string text, string label)
    {
        try
        {
            return _read(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new ArgumentException($"{label} takes {Expected}, not '{text}'.", e);
        }
    }

    internal override string Write(object value) => _write((T)value);
}

/// <summary>What a declaration says of a setting besides its values.</summary>
internal sealed record SettingTraits(string Group, string Help, string Placeholder, string Expected)
{
    public SettingForm Form { get; init; }

    public bool TakesList { get; init; }

    public bool IsRecorded { get; init; } = true;

    /// <summary>The default in words, where its value does not say it.</summary>
    public string? Otherwise { get; init; }
}
