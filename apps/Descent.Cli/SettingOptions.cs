using System.CommandLine;
using System.CommandLine.Parsing;

namespace Descent.Cli;

/// <summary>The settings of a schema as options of a verb, and <c>--config</c>, a file that holds any of them.</summary>
internal sealed class SettingOptions
{
    private readonly SettingSchema _schema;
    private readonly (Setting Setting, Option Option, Func<ParseResult, object?> Value)[] _options;

    private readonly Option<string?> _config = Arguments.Option<string?>(
        "--config", "FILE", "Settings from a .yaml or .json file, such as the run.json of a run that is to be repeated; options here override it.", text => text);

    /// <param name="schema">What can be set.</param>
    /// <param name="except">Settings that the verb has no use for.</param>
    public SettingOptions(SettingSchema schema, params ReadOnlySpan<Setting> except)
    {
        _schema = schema;
        Setting[] without = except.ToArray();
        _options = [.. schema.All.Except(without).Select(Make)];
    }

    public void AddTo(Command command)
    {
        command.Add(_config);
        foreach ((_, Option option, _) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>What the command line says, over what the file says.</summary>
    public SettingValues Read(ParseResult parsed)
    {
        SettingValues said = SettingValues.Of(_options
            .Where(o => parsed.GetResult(o.Option) is OptionResult { Implicit: false })
            .Select(o => KeyValuePair.Create(o.Setting, o.Value(parsed))));
        return parsed.GetValue(_config) is { } path ? said.Over(ConfigurationFile.Read(path, _schema)) : said;
    }

    private static (Setting Setting, Option Option, Func<ParseResult, object?> Value) Make(Setting setting)
    {
        string name = "--" + setting.Name;
        if (setting.Form == SettingForm.Flag)
        {
            var flag = new Option<bool>(name) { Description = setting.Sentence };
            return (setting, flag, parsed => parsed.GetValue(flag));
        }

        Option<object?> option = Arguments.Option(name, setting.Placeholder, setting.Sentence, text => setting.Read(text, name));
        return (setting, option, parsed => parsed.GetValue(option));
    }
}
