using System.Text;

namespace Descent;

/// <summary>CIFAR-10 and CIFAR-100 as they are published: the binary or the Python archive, in place or unpacked into a folder.</summary>
/// <remarks>
/// Images are 3 × 32 × 32, channel after channel. Binary records: the label (of CIFAR-100 the coarse one, then the fine one), then 3,072 bytes.
/// Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009, and the set's page.
/// </remarks>
internal sealed class CifarArchive
{
    private const int PixelBytes = 3 * 32 * 32;

    /// <summary>What the classes are called where the archive does not say it.</summary>
    internal static readonly string[] Classes10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly IFileTree _tree;
    private readonly bool _isFine;
    private readonly Dictionary<string, int> _files;

    private CifarArchive(IFileTree tree, bool isFine)
    {
        (_tree, _isFine) = (tree, isFine);
        // The folder around the batches depends on who unpacked them.
        _files = tree.Files.Index().GroupBy(file => Path.GetFileName(file.Item), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Index, StringComparer.Ordinal);
    }

    /// <param name="path">The archive, or a folder that its files lie in.</param>
    /// <param name="isFine">True: CIFAR-100 by its 100 fine classes; false: CIFAR-10.</param>
    /// <exception cref="FileNotFoundException">A batch is missing.</exception>
    /// <exception cref="DataFormatException">A batch is damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(string path, bool isFine) => new CifarArchive(FileTree.Open(path), isFine).Load();

    private (ImageDataset Train, ImageDataset Test) Load()
    {
        string[] trainNames = _isFine ? ["train"] : [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}")];
        string testName = _isFine ? "test" : "test_batch";
        bool isBinary = _files.ContainsKey(trainNames[0] + ".bin");
        string ending = isBinary ? ".bin" : "";
        string? missing = trainNames.Append(testName).FirstOrDefault(name => !_files.ContainsKey(name + ending));
        if (missing is not null)
        {
            throw new FileNotFoundException(
                $"{_tree.Name} holds no {missing}{ending}; CIFAR-{(_isFine ? 100 : 10)} is the files "
                + $"{string.Join(", ", trainNames.Append(testName).Select(name => name + ".bin"))}, "
                + "or those of the same names without .bin, in a folder or in the .tar.gz that they are published in.");
        }

        string[] classes = ClassNames();
        (byte[] pixels, byte[] labels) = Read([.. trainNames.Select(name => _files[name + ending])], isBinary, classes.Length);
        (byte[] testPixels, byte[] testLabels) = Read([_files[testName + ending]], isBinary, classes.Length);
        var shape = new Shape(3, 32, 32);
        var train = new ImageDataset(shape, pixels, labels, classes);
        return (train, new ImageDataset(shape, testPixels, testLabels, classes, train.Preprocessing));
    }

    private string[] ClassNames()
    {
        string listed = _isFine ? "fine_label_names" : "label_names";
        string[] names = [];
        if (_files.TryGetValue(_isFine ? "fine_label_names.txt" : "batches.meta.txt", out int text))
        {
            names = Encoding.UTF8.GetString(_tree.Read(text).Span).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        else if (_files.TryGetValue(_isFine ? "meta" : "batches.meta", out int meta)
            && Pickle.Read(_tree.Read(meta), _tree.NameOf(meta)) is Dictionary<string, object?> values
            && values.GetValueOrDefault(listed) is List<object?> list)
        {
            names = [.. list.Select(name => name as string ?? Encoding.Latin1.GetString(name as byte[] ?? []))];
        }

        int count = _isFine ? 100 : 10;
        return names.Length == count ? names : _isFine ? [.. Enumerable.Range(0, count).Select(i => $"{i}")] : Classes10;
    }

    private (byte[] Pixels, byte[] Labels) Read(int[] files, bool isBinary, int classes)
    {
        var batches = new List<(ReadOnlyMemory<byte> Pixels, byte[] Labels)>();
        foreach (int file in files)
        {
            batches.Add(isBinary ? ReadBinary(file) : ReadPickle(file));
            CheckLabels(file, isBinary, batches[^1].Labels, classes);
        }

        byte[] labels = [.. batches.SelectMany(batch => batch.Labels)];
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(labels.Length * PixelBytes));
        int image = 0;
        foreach ((ReadOnlyMemory<byte> batch, byte[] own) in batches)
        {
            int stride = batch.Length / own.Length;
            for (int i = 0; i < own.Length; i++, image++)
            {
                batch.Span.Slice((i + 1) * stride - PixelBytes, PixelBytes).CopyTo(pixels.AsSpan(image * PixelBytes));
            }
        }

        return (pixels, labels);
    }

    private (ReadOnlyMemory<byte> Pixels, byte[] Labels) ReadBinary(int file)
    {
        ReadOnlyMemory<byte> content = _tree.Read(file);
        int record = PixelBytes + (_isFine ? 2 : 1);
        if (content.Length % record != 0 || content.Length == 0)
        {
            throw new DataFormatException(_tree.NameOf(file), content.Length - content.Length % record,
                $"the file has {content.Length} bytes, which are no records of {record}; it is cut off or of another set, fetch it again.");
        }

        byte[] labels = new byte[content.Length / record];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = content.Span[i * record + (_isFine ? 1 : 0)];
        }

        return (content, labels);
    }

    private (ReadOnlyMemory<byte> Pixels, byte[] Labels) ReadPickle(int file)
    {
        string name = _tree.NameOf(file), wanted = _isFine ? "fine_labels" : "labels";
        if (Pickle.Read(_tree.Read(file), name) is not Dictionary<string, object?> batch
            || batch.GetValueOrDefault("data") is not Pickle.NumpyBytes { Sizes: [_, PixelBytes] } pixels
            || batch.GetValueOrDefault(wanted) is not List<object?> labels
            || labels.Count != pixels.Sizes[0] || labels.Count == 0)
        {
            throw new DataFormatException(name, $"the pickle is no batch of CIFAR: 'data' of N × {PixelBytes} bytes beside N '{wanted}'.");
        }

        byte[] numbers = [.. labels.Select(label => label is long and >= 0 and <= 255 ? (byte)(long)label : byte.MaxValue)];
        return (pixels.Values, numbers);
    }

    private void CheckLabels(int file, bool isBinary, byte[] labels, int classes)
    {
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
        {
            long offset = isBinary ? (long)wrong * (PixelBytes + (_isFine ? 2 : 1)) + (_isFine ? 1 : 0) : 0;
            throw new DataFormatException(_tree.NameOf(file), offset,
                $"the label of record {wrong} is {labels[wrong]}, expected 0 to {classes - 1}; the file is damaged or of another set, fetch it again.");
        }
    }
}
