namespace Descent;

/// <summary>A checkpoint is not as it was written: a file of it is damaged or missing.</summary>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong with it, as a sentence that begins after a colon.</param>
public sealed class CheckpointException(string path, string reason) : IOException($"{path}: {reason}")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
