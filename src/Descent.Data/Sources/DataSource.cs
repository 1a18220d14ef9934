namespace Descent;

/// <summary>Where training and test data comes from, as the option <c>--data KIND[:PATH]</c> says it.</summary>
/// <remarks>
/// <c>digits</c> and <c>shapes</c>, which have masks, are drawn on the spot. <c>mnist</c>, <c>fashion-mnist</c> and <c>kmnist</c> are found by
/// name, or in the folder that the path names. <c>idx:FOLDER</c> is any set in MNIST's four files. <c>masks:FOLDER</c> holds images with a
/// class for each pixel: binary PGM or PPM in <c>train/images</c> and <c>test/images</c>, binary PGM of the same names in <c>train/masks</c>
/// and <c>test/masks</c>. <c>text:FILE</c> is a text in UTF-8 whose characters are learned one after the other; <c>text:FOLDER</c> holds a
/// file <c>CLASS.txt</c> for each class, a text in every line.
/// </remarks>
public sealed class DataSource
{
    private DataSource(string kind, string? path)
    {
        (Kind, Path) = (kind, path);
    }

    /// <summary>Every kind there is, as <see cref="Parse"/> takes it.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["digits", "shapes", .. NamedSet.All.Select(set => set.Name), "idx", "masks", "text"];

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string Kind { get; }

    /// <summary>What stands after the colon; null when there is none.</summary>
    public string? Path { get; }

    /// <summary>Reads <c>KIND</c> or <c>KIND:PATH</c>; touches no file.</summary>
    /// <exception cref="ArgumentException">
    /// There is no such kind (the message names the nearest), or a path is missing or out of place.
    /// </exception>
    public static DataSource Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        string? path = colon < 0 ? null : text[(colon + 1)..];
        if (!Kinds.Contains(kind))
        {
            throw new ArgumentException(
                $"Unknown data '{text}'; did you mean '{NearestName.To(kind, Kinds)}'? Known are "
                + $"{string.Join(", ", Kinds.Select(Usage))}.");
        }

        return (kind, path) switch
        {
            ("digits" or "shapes", not null) => throw new ArgumentException($"The data '{kind}' is drawn, not read: leave out ':{path}'."),
            ("idx", null) => throw new ArgumentException("The data 'idx' needs the folder of its four files: idx:FOLDER."),
            ("masks", null) => throw new ArgumentException("The data 'masks' needs the folder of its images and masks: masks:FOLDER."),
            ("text", null) => throw new ArgumentException("The data 'text' needs a file, or a folder of one file for each class: text:FILE."),
            (_, "") => throw new ArgumentException($"A path is missing after '{text}'."),
            _ => new(kind, path),
        };
    }

    /// <summary>Draws or reads the training and the test set.</summary>
    /// <param name="rng">What drawn data is drawn with.</param>
    /// <param name="dataDirectory">Where named sets are looked for first: in its folder of the set's name, else in itself.</param>
    /// <exception cref="DirectoryNotFoundException">
    /// A named set is in none of the places searched; the message lists them and says where to fetch it.
    /// </exception>
    /// <exception cref="FileNotFoundException">A folder lacks one of the four files.</exception>
    /// <exception cref="DataFormatException">A file is damaged or does not fit the others.</exception>
    public (IDataset Train, IDataset Test) Load(Rng rng, string? dataDirectory = null)
    {
        switch (Kind)
        {
            case "digits":
                return Digits.Load(rng);
            case "shapes":
                return ShapeScenes.Load(rng);
            case "masks":
                return MaskFolder.Load(Path!);
            case "text":
                return Directory.Exists(Path) ? LabelledTexts.Load(Path) : CharacterText.Load(Path!);
        }

        NamedSet? set = Array.Find(NamedSet.All, s => s.Name == Kind);
        string folder = Path ?? set!.Find(dataDirectory, Environment.GetEnvironmentVariable);
        return IdxFolder.Load(folder, set?.ClassNames);
    }

    /// <inheritdoc/>
    public override string ToString() => Path is null ? Kind : $"{Kind}:{Path}";

    private static string Usage(string kind) => kind switch
    {
        "idx" or "masks" => $"{kind}:FOLDER",
        "text" => "text:FILE",
        _ => kind,
    };
}
