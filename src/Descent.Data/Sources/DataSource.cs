namespace Descent;

/// <summary>Where training and test images come from, as the option <c>--data KIND[:PATH]</c> says it.</summary>
/// <remarks>
/// <c>digits</c> is drawn on the spot. <c>mnist</c>, <c>fashion-mnist</c> and <c>kmnist</c> are found by name, or in the folder that the
/// path names. <c>idx:FOLDER</c> is any set in MNIST's four files.
/// </remarks>
public sealed class DataSource
{
    private DataSource(string kind, string? path)
    {
        (Kind, Path) = (kind, path);
    }

    /// <summary>Every kind there is, as <see cref="Parse"/> takes it.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["digits", .. NamedSet.All.Select(set => set.Name), "idx"];

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
            ("digits", not null) => throw new ArgumentException($"The data 'digits' is drawn, not read: leave out ':{path}'."),
            ("idx", null) => throw new ArgumentException("The data 'idx' needs the folder of its four files: idx:FOLDER."),
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
        if (Kind == "digits")
        {
            return Digits.Load(rng);
        }

        NamedSet? set = Array.Find(NamedSet.All, s => s.Name == Kind);
        string folder = Path ?? set!.Find(dataDirectory, Environment.GetEnvironmentVariable);
        return IdxFolder.Load(folder, set?.ClassNames);
    }

    /// <inheritdoc/>
    public override string ToString() => Path is null ? Kind : $"{Kind}:{Path}";

    private static string Usage(string kind) => kind == "idx" ? "idx:FOLDER" : kind;
}
