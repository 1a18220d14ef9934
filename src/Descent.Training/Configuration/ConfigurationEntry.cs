namespace Descent;

/// <summary>What kind of value a file gives to a key.</summary>
internal enum ConfigurationKind
{
    /// <summary>A text in quotation marks.</summary>
    Text,

    /// <summary>A bare word or number, which is what the setting takes it for (YAML).</summary>
    Plain,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A list of texts, joined by commas.</summary>
    List,

    /// <summary>Null: the setting stays as it is by default.</summary>
    Null,

    /// <summary>Values that have keys of their own, or a list of lists.</summary>
    Nested,
}

/// <summary>One key of a configuration file with its value, whatever language the file is written in.</summary>
internal readonly record struct ConfigurationEntry(string Key, string Value, ConfigurationKind Kind, long Line)
{
    /// <summary>The value as a message shows it.</summary>
    public string InWords => Kind switch
    {
        ConfigurationKind.List => $"the list {Value}",
        ConfigurationKind.Nested => "values with keys of their own",
        ConfigurationKind.Text => $"the text '{Value}'",
        _ => $"'{Value}'",
    };
}
