using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Descent;

/// <summary>The entries of a configuration that is written in YAML: one mapping of plain values and lists.</summary>
/// <remarks>Anchors, aliases and tags are refused: what a key is set to is to be read where it stands.</remarks>
internal static class YamlConfiguration
{
    public static IReadOnlyList<ConfigurationEntry> Read(byte[] bytes, string path)
    {
        try
        {
            var parser = new Parser(new StreamReader(new MemoryStream(bytes), Encoding.UTF8));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return [];
            }

            List<ConfigurationEntry> entries = parser.Accept<Scalar>(out Scalar? empty) && empty.Value.Length == 0 ? [] : ReadMapping(parser, path);
            parser.TryConsume<Scalar>(out _);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _)
                ? entries
                : throw new ConfigurationException(path, parser.Current!.Start.Line, "a configuration is one document; another one begins here.");
        }
        catch (YamlException e)
        {
            throw new ConfigurationException(path, e.Start.Line, $"this is not YAML: {e.Message}", e);
        }
    }

    private static List<ConfigurationEntry> ReadMapping(Parser parser, string path)
    {
        if (!parser.TryConsume<MappingStart>(out _))
        {
            throw new ConfigurationException(path, parser.Current!.Start.Line, "a configuration is a mapping, such as 'epochs: 5'.");
        }

        var entries = new List<ConfigurationEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            Scalar key = parser.TryConsume<Scalar>(out Scalar? scalar)
                ? scalar
                : throw new ConfigurationException(path, parser.Current!.Start.Line, "a key is the name of a setting.");
            entries.Add(ReadValue(parser, path, key.Value, key.Start.Line));
        }

        return entries;
    }

    private static ConfigurationEntry ReadValue(Parser parser, string path, string key, long line)
    {
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false })
        {
            throw new ConfigurationException(path, parser.Current.Start.Line, $"'{key}' has an anchor, an alias or a tag, which a configuration has not.");
        }

        if (parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            bool isPlain = scalar.Style == ScalarStyle.Plain;
            return new(key, scalar.Value, !isPlain ? ConfigurationKind.Text : scalar.Value is "" or "null" or "~" ? ConfigurationKind.Null : ConfigurationKind.Plain, line);
        }

        if (!parser.TryConsume<SequenceStart>(out _))
        {
            parser.SkipThisAndNestedEvents();
            return new(key, "", ConfigurationKind.Nested, line);
        }

        var elements = new List<string>();
        bool isFlat = true;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            ConfigurationEntry element = ReadValue(parser, path, key, line);
            isFlat &= element.Kind is ConfigurationKind.Plain or ConfigurationKind.Text;
            elements.Add(element.Value);
        }

        return new(key, string.Join(',', elements), isFlat ? ConfigurationKind.List : ConfigurationKind.Nested, line);
    }
}
