namespace Descent;

/// <summary>The disk did not take what was to be written; what was there before is as it was.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="what">What could not be done to it, such as "written".</param>
/// <param name="cause">What the system says.</param>
public sealed class FileWriteException(string path, string what, Exception cause)
    : IOException($"{path} cannot be {what}: {cause.Message}", cause)
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;

    /// <summary>Does one thing to a path, and says which if it fails.</summary>
    internal static void Guard(string path, string what, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not FileWriteException)
        {
            throw new FileWriteException(path, what, e);
        }
    }
}
