namespace Descent;

/// <summary>A safetensors file is damaged or breaks a rule of the format. The message names file, byte, finding and expectation.</summary>
public sealed class SafetensorsException(string file, long offset, string problem, Exception? cause = null)
    : IOException($"{file}, byte {offset}: {problem}", cause)
{
    /// <summary>Path of the file.</summary>
    public string File { get; } = file;

    /// <summary>Where in the file the problem stands, in bytes; for a rule that a tensor breaks, where the header begins.</summary>
    public long Offset { get; } = offset;
}
