namespace Descent;

/// <summary>How far a file is fetched.</summary>
/// <param name="Name">The file's.</param>
/// <param name="From">The host that it comes from.</param>
/// <param name="Received">Bytes so far, those of an earlier attempt included.</param>
/// <param name="Length">Bytes in all.</param>
public sealed record DownloadProgress(string Name, string From, long Received, long Length);
