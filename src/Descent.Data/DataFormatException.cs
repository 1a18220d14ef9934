namespace Descent;

/// <summary>
/// A data file is damaged, or is not what its place says it is. The message names file, byte, what was found, what was expected and the
/// fix.
/// </summary>
/// <remarks>An <see cref="IOException"/>: whoever handles a file that cannot be read handles a file that cannot be understood.</remarks>
public class DataFormatException(string file, long offset, string problem, Exception? cause = null)
    : IOException($"{file}, byte {offset}: {problem}", cause)
{
    /// <summary>Path of the file.</summary>
    public string File { get; } = file;

    /// <summary>Where in the file's content (after decompression) the problem stands, in bytes.</summary>
    public long Offset { get; } = offset;
}
