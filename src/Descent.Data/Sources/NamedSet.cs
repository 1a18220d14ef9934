namespace Descent;

/// <summary>A published data set that is known by name: where it is looked for, and where it is fetched from.</summary>
public sealed class NamedSet
{
    private const string Toronto = "https://www.cs.toronto.edu/~kriz/";

    // Where its files are, in the order in which they are fetched: the one by which a set is found comes last, so that an interrupted set is not
    // taken for a whole one.
    private readonly IReadOnlyList<RemoteFile> _files;
    // What to read where a folder holds the set, null where it does not; and what reads it.
    private readonly Func<string, string?> _findIn;
    private readonly Func<string, (ImageDataset Train, ImageDataset Test)> _read;

    internal NamedSet(
        string name, Shape imageShape, int trainCount, int testCount, int classes, IReadOnlyList<string> mirrors, IReadOnlyList<RemoteFile> files,
        Func<string, string?> findIn, Func<string, (ImageDataset Train, ImageDataset Test)> read)
    {
        (Name, TrainCount, TestCount, Classes, Mirrors) = (name, trainCount, testCount, classes, mirrors);
        (ImageShape, _files, _findIn, _read) = (imageShape, files, findIn, read);
    }

    /// <summary>Every set there is.</summary>
    public static IReadOnlyList<NamedSet> All { get; } =
    [
        Idx("mnist", "MNIST/raw", Digits.ClassNames,
            ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
            (4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            (28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            (1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            (9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609")),
        Idx("fashion-mnist", "FashionMNIST/raw",
            ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
            ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
            (5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            (29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            (4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            (26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84")),
        Idx("kmnist", "KMNIST/raw", ["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"], ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
            (5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
            (29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
            (3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
            (18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4")),
        new("cifar10", new(3, 32, 32), 50_000, 10_000, 10, [Toronto],
            [new("cifar-10-binary.tar.gz", 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")],
            folder => First(folder, "cifar-10-batches-bin", "cifar-10-binary.tar.gz", "cifar-10-batches-py", "cifar-10-python.tar.gz")
                ?? Holding(folder, "data_batch_1.bin", "data_batch_1"),
            path => CifarArchive.Load(path, isFine: false)),
        new("cifar100", new(3, 32, 32), 50_000, 10_000, 100, [Toronto],
            [new("cifar-100-binary.tar.gz", 168513733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")],
            folder => First(folder, "cifar-100-binary", "cifar-100-binary.tar.gz", "cifar-100-python", "cifar-100-python.tar.gz")
                ?? Holding(folder, "fine_label_names.txt", "meta"),
            path => CifarArchive.Load(path, isFine: true)),
        new("svhn", new(3, 32, 32), 73_257, 26_032, 10, ["http://ufldl.stanford.edu/housenumbers/"],
            [
                new("test_32x32.mat", 64275384, "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"),
                new("train_32x32.mat", 182040794, "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
            ],
            folder => Holding(folder, SvhnFolder.Train), SvhnFolder.Load),
    ];

    /// <summary>As <c>--data</c> takes it, and the name of its folder.</summary>
    public string Name { get; }

    /// <summary>Shape (C, H, W) of an image.</summary>
    public Shape ImageShape { get; }

    /// <summary>Images to train on.</summary>
    public int TrainCount { get; }

    /// <summary>Images to test on.</summary>
    public int TestCount { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Where its files are published, in the order in which they are tried; each ends with /.</summary>
    public IReadOnlyList<string> Mirrors { get; }

    /// <summary>Bytes of all files to fetch.</summary>
    public long Length => _files.Sum(file => file.Length ?? 0);

    /// <summary>Where the set lies, in the first of the places searched that holds it: a folder or an archive; null where none does.</summary>
    public string? Find(DataOptions options) => TryFind(options.Directory, Environment.GetEnvironmentVariable);

    /// <summary>Fetches what is missing of the set into the first of the places searched; gives where it lies then.</summary>
    /// <exception cref="IOException">No mirror has it, or there is no network.</exception>
    public string Fetch(DataOptions options) => Fetch(options, Environment.GetEnvironmentVariable);

    /// <summary>Compares the files of the set with their published checksums.</summary>
    /// <param name="found">What <see cref="Find(DataOptions)"/> gave.</param>
    /// <returns>Each file with true where it is right, false where it is damaged, null where it is not there: a set may lie unpacked.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<(string File, bool? IsRight)> Check(string found)
    {
        string folder = File.Exists(found) ? Path.GetDirectoryName(Path.GetFullPath(found))! : found;
        foreach (RemoteFile file in _files)
        {
            string path = Path.Combine(folder, file.Name);
            yield return (path, File.Exists(path) ? file.IsRight(path) : null);
        }
    }

    /// <summary>Reads the set from a path, or from where it is found, or fetches it.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not found and not to be fetched.</exception>
    /// <exception cref="IOException">It can be neither found nor fetched, or is damaged.</exception>
    internal (IDataset Train, IDataset Test) Load(string? path, DataOptions options)
    {
        if (path is not null)
        {
            return _read(_findIn(path) ?? path);
        }

        Func<string, string?> environment = Environment.GetEnvironmentVariable;
        return _read(TryFind(options.Directory, environment) ?? (options.Download
            ? Fetch(options, environment)
            : Find(options.Directory, environment)));
    }

    internal string Fetch(DataOptions options, Func<string, string?> environment)
    {
        string folder = Path.Combine(Places(options.Directory, environment).First(), Name);
        IReadOnlyList<string> mirrors = options.Mirror is null ? Mirrors : [new Uri(options.Mirror, $"{Name}/").AbsoluteUri, .. Mirrors];
        using var downloader = new Downloader(options.Progress);
        try
        {
            foreach (RemoteFile file in _files)
            {
                downloader.FetchAsync(file, mirrors, folder, options.Cancellation).GetAwaiter().GetResult();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{NotFound(options.Directory, environment)} {e.Message} {Advice}", e);
        }

        return _findIn(folder)!;
    }

    /// <summary>What holds the set: in each place the folder of the set's name, else the place itself; null where none does.</summary>
    internal string? TryFind(string? dataDirectory, Func<string, string?> environment) =>
        Places(dataDirectory, environment).SelectMany(Folders).Select(_findIn).FirstOrDefault(found => found is not null);

    /// <summary>What holds the set.</summary>
    /// <param name="dataDirectory">Searched first; null: not given.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="DirectoryNotFoundException">It is in none of the places; the message lists them all.</exception>
    internal string Find(string? dataDirectory, Func<string, string?> environment) => TryFind(dataDirectory, environment)
        ?? throw new DirectoryNotFoundException(
            $"{NotFound(dataDirectory, environment)} Get it where there is a network, with: descent data get {Name}. {Advice}");

    private string Advice => $"Fetch {string.Join(", ", _files.Select(file => file.Name))} from {Mirrors[0]} into one of these folders, or name their folder with --data-dir.";

    private string NotFound(string? dataDirectory, Func<string, string?> environment) =>
        $"The data set {Name} is in none of: {string.Join(", ", Places(dataDirectory, environment).SelectMany(Folders))}.";

    private static NamedSet Idx(
        string name, string torchvision, string[] classNames, string[] mirrors, params ReadOnlySpan<(long Length, string Sha256)> files)
    {
        string[] names = ["t10k-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz"];
        var remote = new RemoteFile[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            remote[i] = new(names[i], files[i].Length, files[i].Sha256);
        }

        return new(name, new(1, 28, 28), 60_000, 10_000, classNames.Length, mirrors, remote,
            folder => Array.Find([folder, Path.Combine(folder, torchvision)], IdxFolder.IsIn), path => IdxFolder.Load(path, classNames));
    }

    private static string? First(string folder, params string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists);

    private static string? Holding(string folder, params string[] names) =>
        names.Any(name => File.Exists(Path.Combine(folder, name))) ? folder : null;

    internal static IEnumerable<string> Places(string? dataDirectory, Func<string, string?> environment)
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
        if (!All.Any(set => set != this && set.Name == own))
        {
            yield return place;
        }
    }
}
