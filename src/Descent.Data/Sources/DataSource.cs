namespace Descent;

/// <summary>Where training and test data comes from, as the option <c>--data KIND[:PATH[:OPTIONS]]</c> says it.</summary>
/// <remarks>
/// <c>digits</c> and <c>shapes</c>, which have masks, are drawn on the spot. <c>mnist</c>, <c>fashion-mnist</c>, <c>kmnist</c>, <c>cifar10</c>,
/// <c>cifar100</c> and <c>svhn</c> are found by name, else fetched, or lie where the path says. <c>folder:PATH</c> is a folder or an archive
/// of class-named image folders (<see cref="ImageFolder"/>). <c>csv:FILE:label=COLUMN,drop=COLUMN</c> is a table. <c>npz:FILE</c> holds NumPy
/// arrays <c>x</c> and <c>y</c>. <c>idx:FOLDER</c> is any set in MNIST's four files. <c>masks:FOLDER</c> holds images with a class for each
/// pixel: images in <c>train/images</c> and <c>test/images</c>, grey images of the same names in <c>train/masks</c> and <c>test/masks</c>.
/// <c>text:FILE</c> is a text in UTF-8 whose characters are learned one after the other; <c>text:FOLDER</c> holds a file <c>CLASS.txt</c> for
/// each class, a text in every line.
/// </remarks>
public sealed class DataSource
{
    private readonly DataKind _kind;
    private readonly string _text;

    private DataSource(DataKind kind, string? path, SourceOptions options, string text)
    {
        (_kind, Path, Options, _text) = (kind, path, options, text);
    }

    /// <summary>Every kind there is, as <see cref="Parse"/> takes it.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. DataKind.All.Select(kind => kind.Name)];

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string Kind => _kind.Name;

    /// <summary>What stands after the first colon, without options; null when there is none.</summary>
    public string? Path { get; }

    internal SourceOptions Options { get; }

    /// <summary>Reads <c>KIND</c>, <c>KIND:PATH</c> or <c>KIND:PATH:NAME=VALUE,…</c>; touches no file.</summary>
    /// <exception cref="ArgumentException">
    /// There is no such kind (the message names the nearest), a path is missing or out of place, or an option is unknown.
    /// </exception>
    public static DataSource Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        string? path = colon < 0 ? null : text[(colon + 1)..];
        DataKind kind = DataKind.All.FirstOrDefault(kind => kind.Name == name) ?? throw new ArgumentException(
            $"Unknown data '{text}'; did you mean '{NearestName.To(name, Kinds)}'? Known are {string.Join(", ", DataKind.All.Select(k => k.Usage))}.");
        if (kind.IsDrawn && path is not null)
        {
            throw new ArgumentException($"The data '{name}' is drawn, not read: leave out ':{path}'.");
        }

        string options = "";
        if (kind.Options.Count > 0 && path is not null && path.LastIndexOf(':') is >= 0 and int last && BeginsOptions(path[(last + 1)..]))
        {
            (path, options) = (path[..last], path[(last + 1)..]);
        }

        if (path is null && kind.Missing is not null)
        {
            throw new ArgumentException($"The data '{name}' needs {kind.Missing}");
        }

        return path is ""
            ? throw new ArgumentException($"A path is missing after '{text}'.")
            : new(kind, path, new(name, options, kind.Options), text);
    }

    /// <summary>Draws, finds, fetches or reads the training and the test set.</summary>
    /// <param name="rng">What drawn data is drawn with; its seed divides data that comes in one piece.</param>
    /// <param name="options">Where to look, what size images get; by default in the user's folders, the size that they have.</param>
    /// <exception cref="DirectoryNotFoundException">
    /// A named set is in none of the places searched and is not to be fetched; the message lists them and says where to fetch it.
    /// </exception>
    /// <exception cref="FileNotFoundException">A file or folder is missing.</exception>
    /// <exception cref="DataFormatException">A file is damaged or does not fit the others.</exception>
    /// <exception cref="IOException">A named set can be neither found nor fetched, or a file cannot be read.</exception>
    public DataSplits Load(Rng rng, DataOptions? options = null) => _kind.Load(this, rng, options ?? new());

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static bool BeginsOptions(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text.AsSpan(0, equals).IndexOfAnyExceptInRange('a', 'z') < 0;
    }
}
