using System.Text;

namespace Descent;

/// <summary>Settings in a file: YAML (<c>.yaml</c>, <c>.yml</c>) or JSON (<c>.json</c>), keys as the command line names them without dashes.</summary>
/// <remarks>
/// A <c>run.json</c> is such a file too: where the root holds <c>settings</c>, these are read, and the rest, which says what came of the run, is
/// passed over.
/// </remarks>
public static class ConfigurationFile
{
    /// <summary>Reads what a file sets.</summary>
    /// <param name="path">Its ending says its language.</param>
    /// <param name="schema">The settings that there are.</param>
    /// <exception cref="ConfigurationException">A key is unknown or twice there, a value is of another type or out of its range, or the file is
    /// not of its language.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SettingValues Read(string path, SettingSchema schema)
    {
        IReadOnlyList<ConfigurationEntry> entries = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => JsonConfiguration.Read(Bytes(path), path),
            ".yaml" or ".yml" => YamlConfiguration.Read(Bytes(path), path),
            _ => throw new ConfigurationException(path, 1, "a configuration ends in .yaml, .yml or .json, which says its language."),
        };
        return Bind(entries, path, schema);
    }

    /// <summary>Reads what the text of a JSON file sets.</summary>
    internal static SettingValues Read(string json, string path, SettingSchema schema) =>
        Bind(JsonConfiguration.Read(Encoding.UTF8.GetBytes(json), path), path, schema);

    private static SettingValues Bind(IReadOnlyList<ConfigurationEntry> entries, string path, SettingSchema schema)
    {
        var values = new Dictionary<Setting, object?>();
        foreach (ConfigurationEntry entry in entries)
        {
            Setting setting = schema.Find(entry.Key) ?? throw new ConfigurationException(
                path, entry.Line, $"unknown setting '{entry.Key}'; did you mean '{NearestName.To(entry.Key, schema.All.Select(s => s.Name))}'?");
            if (!values.TryAdd(setting, ValueOf(setting, entry, path)))
            {
                throw new ConfigurationException(path, entry.Line, $"'{entry.Key}' is set twice.");
            }
        }

        return SettingValues.Of(values);
    }

    private static byte[] Bytes(string path) => File.Exists(path)
        ? File.ReadAllBytes(path)
        : throw new FileNotFoundException($"There is no configuration {path}.");

    private static object? ValueOf(Setting setting, ConfigurationEntry entry, string path)
    {
        bool fits = entry.Kind switch
        {
            ConfigurationKind.Null or ConfigurationKind.Plain => true,
            ConfigurationKind.Text => setting.Form == SettingForm.Text,
            ConfigurationKind.Number => setting.Form == SettingForm.Number,
            ConfigurationKind.Flag => setting.Form == SettingForm.Flag,
            ConfigurationKind.List => setting.TakesList,
            _ => false,
        };
        if (!fits)
        {
            throw new ConfigurationException(path, entry.Line, $"'{setting.Name}' takes {setting.Expected}, not {entry.InWords}.");
        }

        try
        {
            return entry.Kind == ConfigurationKind.Null ? null : setting.Read(entry.Value, $"'{setting.Name}'");
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException(path, entry.Line, e.Message.Contains($"'{setting.Name}'", StringComparison.Ordinal) ? e.Message : $"'{setting.Name}': {e.Message}", e);
        }
    }
}
