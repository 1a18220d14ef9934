namespace Descent;

/// <summary>Entropy-coded data is damaged: what it says is completed by file and place where they are known.</summary>
internal sealed class JpegDataException(string problem) : Exception(problem);
