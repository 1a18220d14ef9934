namespace Descent;

/// <summary>How the data of a source is found and read.</summary>
public sealed record DataOptions
{
    /// <summary>Where named sets are looked for first, and where they are put when they are fetched; else $DESCENT_DATA, then the user's cache.</summary>
    public string? Directory { get; init; }

    /// <summary>What size images of files get, and what becomes of those that cannot be read.</summary>
    public ImageLoading Images { get; init; } = new();

    /// <summary>False: a named set that is not found is an error, and no network is used.</summary>
    public bool Download { get; init; } = true;

    /// <summary>Hears what is being fetched.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Ends loading and fetching early.</summary>
    public CancellationToken Cancellation { get; init; }
}
