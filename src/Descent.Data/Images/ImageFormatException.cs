namespace Descent;

/// <summary>An image file is damaged, cut off, too large or of an unknown kind. The message names file, byte, what was found and the fix.</summary>
/// <remarks>Every image reader throws this and nothing else, whatever the bytes are.</remarks>
public sealed class ImageFormatException(string file, long offset, string problem, Exception? cause = null)
    : DataFormatException(file, offset, problem, cause);
