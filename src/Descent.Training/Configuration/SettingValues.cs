using System.Text.Json;

namespace Descent;

/// <summary>What the settings are: what somebody has set, and for all others their defaults.</summary>
public sealed class SettingValues
{
    private readonly Dictionary<Setting, object> _given;

    private SettingValues(Dictionary<Setting, object> given) => _given = given;

    /// <summary>Nothing is set.</summary>
    public static SettingValues None { get; } = new([]);

    /// <summary>These settings have these values; a null leaves the setting as it is by default.</summary>
    public static SettingValues Of(IEnumerable<KeyValuePair<Setting, object?>> values) =>
        new(values.Where(value => value.Value is not null).ToDictionary(value => value.Key, value => value.Value!));

    /// <summary>The value of a setting.</summary>
    public T Get<T>(Setting<T> setting) => _given.TryGetValue(setting, out object? value) ? (T)value : setting.Default;

    /// <summary>Whether somebody has set it.</summary>
    public bool IsGiven(Setting setting) => _given.ContainsKey(setting);

    /// <summary>A setting's value as a file holds it; null where there is none.</summary>
    public string? TextOf(Setting setting) => (_given.GetValueOrDefault(setting) ?? setting.DefaultValue) is { } value ? setting.Write(value) : null;

    /// <summary>These values with one more, or with another one.</summary>
    public SettingValues With<T>(Setting<T> setting, T value) => With((Setting)setting, value);

    /// <inheritdoc cref="With{T}"/>
    internal SettingValues With(Setting setting, object? value) => Over([KeyValuePair.Create<Setting, object?>(setting, value)]);

    /// <summary>The values of both; where both have one, this one's.</summary>
    public SettingValues Over(SettingValues below) => new(Merged(below._given, _given));

    /// <summary>Writes each of these settings that has a value and is recorded as a member of the JSON object that the writer stands in.</summary>
    internal void WriteMembers(Utf8JsonWriter json, IEnumerable<Setting> settings)
    {
        foreach (Setting setting in settings.Where(setting => setting.IsRecorded))
        {
            if ((_given.GetValueOrDefault(setting) ?? setting.DefaultValue) is { } value)
            {
                setting.WriteMember(json, value);
            }
        }
    }

    private SettingValues Over(IEnumerable<KeyValuePair<Setting, object?>> values)
    {
        Dictionary<Setting, object> merged = new(_given);
        foreach ((Setting setting, object? value) in values)
        {
            if (value is null)
            {
                merged.Remove(setting);
            }
            else
            {
                merged[setting] = value;
            }
        }

        return new(merged);
    }

    private static Dictionary<Setting, object> Merged(Dictionary<Setting, object> below, Dictionary<Setting, object> above)
    {
        Dictionary<Setting, object> merged = new(below);
        foreach ((Setting setting, object value) in above)
        {
            merged[setting] = value;
        }

        return merged;
    }
}
