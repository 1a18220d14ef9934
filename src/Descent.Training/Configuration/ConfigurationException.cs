namespace Descent;

/// <summary>A configuration file says what cannot be: the message names the file, the line, the setting, its value, and what is expected.</summary>
public sealed class ConfigurationException : Exception
{
    internal ConfigurationException(string path, long line, string message, Exception? inner = null)
        : base($"{path}, line {line}: {message}", inner) => (Path, Line) = (path, line);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in it, from 1.</summary>
    public long Line { get; }
}
