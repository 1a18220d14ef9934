namespace Descent;

/// <summary>A published data set that is known by name.</summary>
/// <param name="Name">As <c>--data</c> takes it, and the name of its folder.</param>
/// <param name="Address">Where its files are published.</param>
/// <param name="ClassNames">What its labels stand for.</param>
internal sealed record NamedSet(string Name, string Address, IReadOnlyList<string> ClassNames)
{
    internal static readonly NamedSet[] All =
    [
        new("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist/", Digits.ClassNames),
        new("fashion-mnist", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]),
        new("kmnist", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/", ["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"]),
    ];

    /// <summary>The folder that holds the set: in each place the folder of the set's name, else the place itself.</summary>
    /// <param name="dataDirectory">Searched first; null: not given.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="DirectoryNotFoundException">It is in none of the places; the message lists them all.</exception>
    internal string Find(string? dataDirectory, Func<string, string?> environment)
    {
        string[] folders = [.. Places(dataDirectory, environment).SelectMany(Folders)];
        return Array.Find(folders, IdxFolder.IsIn) ?? throw new DirectoryNotFoundException(
            $"The data set {Name} is in none of: {string.Join(", ", folders)}. Fetch its four files from {Address} into one of these "
            + "folders, or name their folder with --data-dir.");
    }

    private static IEnumerable<string> Places(string? dataDirectory, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(dataDirectory))
        {
            yield return dataDirectory;
        }

        if (environment("DESCENT_DATA") is { Length: > 0 } shared)
        {
            yield return shared;
        }

        string? cache = environment("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }

        yield return Path.Combine(cache, "descent");
    }

    private IEnumerable<string> Folders(string place)
    {
        yield return Path.Combine(place, Name);

        // MNIST's file names are shared by its likenesses: a folder that is named after another set does not hold this one.
        string own = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)));
        if (!Array.Exists(All, set => set != this && set.Name == own))
        {
            yield return place;
        }
    }
}
