namespace Descent;

/// <summary>
/// A data file is damaged, or is not what its place says it is. The message names file, byte or line, what was found, what was expected and
/// the fix.
/// </summary>
/// <remarks>An <see cref="IOException"/>: whoever handles a file that cannot be read handles a file that cannot be understood.</remarks>
public class DataFormatException : IOException
{
    /// <summary>Something stands at one byte of a file.</summary>
    public DataFormatException(string file, long offset, string problem, Exception? cause = null)
        : base($"{file}, byte {offset}: {problem}", cause)
    {
        (File, Offset) = (file, offset);
    }

    /// <summary>Something holds for a whole file or folder.</summary>
    public DataFormatException(string file, string problem, Exception? cause = null)
        : base($"{file}: {problem}", cause)
    {
        File = file;
    }

    private DataFormatException(int line, string file, string problem)
        : base($"{file}, line {line}: {problem}")
    {
        (File, Line) = (file, line);
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>Where in the file's content (after decompression) the problem stands, in bytes.</summary>
    public long Offset { get; }

    /// <summary>Of a text the line that the problem stands in, from 1; otherwise null.</summary>
    public int? Line { get; }

    /// <summary>Something stands in one line of a text.</summary>
    internal static DataFormatException AtLine(string file, int line, string problem) => new(line, file, problem);
}
