using System.Text.RegularExpressions;

namespace Descent;

/// <summary>
/// State names by patterns: <c>layer1.*,bn1.*</c>. A star stands for any characters, commas join patterns of which one must match the whole name.
/// </summary>
public sealed class NamePattern
{
    private readonly string _text;
    private readonly (string Text, Regex Matcher)[] _parts;

    /// <summary>The patterns that a text joins by commas.</summary>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public NamePattern(string text)
    {
        _text = text;
        _parts = [.. text.Split(',').Select(part => part.Length > 0
            ? (part, new Regex($"^{Regex.Escape(part).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant))
            : throw new ArgumentException($"A pattern of names must not be empty: '{text}'; write one such as 'layer1.*,bn1.*'.", nameof(text)))];
    }

    /// <summary>A pattern is written as a text wherever one is wanted.</summary>
    public static implicit operator NamePattern(string text) => new(text);

    /// <summary>True where one of the patterns matches the whole name.</summary>
    public bool Matches(string name) => Array.Exists(_parts, part => part.Matcher.IsMatch(name));

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>Checks that each pattern matches one of these names: one that matches none is a mistake.</summary>
    /// <exception cref="ArgumentException">One matches none.</exception>
    public void MustName(IEnumerable<string> names)
    {
        string[] all = [.. names];
        foreach ((string text, Regex matcher) in _parts)
        {
            if (!Array.Exists(all, matcher.IsMatch))
            {
                IEnumerable<string> modules = all.Select(name => name.Split('.')[0]).Distinct();
                throw new ArgumentException($"No name matches '{text}'; names begin with {string.Join(", ", modules)}.");
            }
        }
    }
}
