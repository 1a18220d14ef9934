namespace Descent;

/// <summary>A folder with the four files of MNIST or of a set made in its likeness; each may be compressed (<c>.gz</c>).</summary>
internal static class IdxFolder
{
    private const string TrainImages = "train-images-idx3-ubyte";
    private const string TrainLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte";
    private const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>True when the folder holds at least the training images: the other three are then expected, and missed aloud.</summary>
    internal static bool IsIn(string folder) =>
        File.Exists(PathOf(folder, TrainImages)) || File.Exists(PathOf(folder, TrainImages) + ".gz");

    /// <summary>Reads training and test set.</summary>
    /// <param name="folder">Where the four files lie.</param>
    /// <param name="classNames">Null: as many classes as different labels occur in the training set, named by their numbers.</param>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="DataFormatException">A file is damaged, or files do not fit together.</exception>
    internal static (ImageDataset Train, ImageDataset Test) Load(string folder, IReadOnlyList<string>? classNames = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"The folder {folder} does not exist; give the folder that holds {TrainImages}[.gz] and its three siblings.");
        }

        // All four are looked for before the first is read: a missing one is said at once.
        string[] paths = [.. new[] { TrainImages, TrainLabels, TestImages, TestLabels }.Select(name => Find(folder, name))];
        byte[] trainLabels = IdxFile.Read(paths[1], rank: 1).Values, testLabels = IdxFile.Read(paths[3], rank: 1).Values;
        classNames ??= [.. Enumerable.Range(0, trainLabels.Distinct().Count()).Select(label => $"{label}")];
        CheckLabels(paths[1], trainLabels, classNames.Count);
        CheckLabels(paths[3], testLabels, classNames.Count);

        IdxArray trainImages = ReadImages(paths[0], paths[1], trainLabels.Length);
        IdxArray testImages = ReadImages(paths[2], paths[3], testLabels.Length);
        var shape = new Shape(1, trainImages.Sizes[1], trainImages.Sizes[2]);
        if (testImages.Sizes[1] != shape[1] || testImages.Sizes[2] != shape[2])
        {
            throw new DataFormatException(paths[2], 8,
                $"the test images have {testImages.Sizes[1]} × {testImages.Sizes[2]} pixels, the training images {shape[1]} × "
                + $"{shape[2]}; the files are of two sets.");
        }

        var train = new ImageDataset(shape, trainImages.Values, trainLabels, classNames);
        return (train, new ImageDataset(shape, testImages.Values, testLabels, classNames, train.Preprocessing));
    }

    private static string Find(string folder, string name)
    {
        string plain = PathOf(folder, name), compressed = plain + ".gz";
        return File.Exists(compressed) ? compressed : File.Exists(plain) ? plain : throw new FileNotFoundException(
            $"{folder} holds neither {name}.gz nor {name}; a set consists of {TrainImages}, {TrainLabels}, {TestImages} and "
            + $"{TestLabels}, each with or without .gz.",
            plain);
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, name);

    private static IdxArray ReadImages(string path, string labelPath, int labels)
    {
        IdxArray images = IdxFile.Read(path, rank: 3);
        return images.Sizes[0] == labels ? images : throw new DataFormatException(path, 4,
            $"{images.Sizes[0]} images, but {labelPath} has {labels} labels; the files are of two sets or one is damaged.");
    }

    private static void CheckLabels(string path, byte[] labels, int classes)
    {
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(classes - 1, 255));
        if (wrong >= 0)
        {
            throw new DataFormatException(path, 8 + wrong,
                $"label {labels[wrong]} at position {wrong}, expected 0 to {classes - 1} ({classes} classes); number the classes from 0 "
                + "without gaps, or fetch the file again.");
        }
    }
}
