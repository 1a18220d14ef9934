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

    /// <summary>
    /// An address, ending with /, that is asked before the published ones: a folder with a folder of each set's name, as <see cref="Directory"/> is
    /// one, served in a classroom. Files from there have the same checksums.
    /// </summary>
    public Uri? Mirror { get; init; }

    /// <summary>Reads the address of a <see cref="Mirror"/>.</summary>
    /// <exception cref="ArgumentException">It is none of http or https.</exception>
    public static Uri ParseMirror(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? mirror) && (mirror.Scheme == Uri.UriSchemeHttp || mirror.Scheme == Uri.UriSchemeHttps)
            ? mirror
            : throw new ArgumentException($"A mirror is the address of a folder, such as http://teacher:8000/sets, not '{text}'.");

    /// <summary>Hears what is being fetched.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Ends loading and fetching early.</summary>
    public CancellationToken Cancellation { get; init; }
}
