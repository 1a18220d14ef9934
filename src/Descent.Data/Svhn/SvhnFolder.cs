namespace Descent;

/// <summary>The house numbers of SVHN, cropped to single digits: <c>train_32x32.mat</c> and <c>test_32x32.mat</c> in a folder.</summary>
/// <remarks>
/// X is (32, 32, 3, N): row, column, channel, image, the first innermost; y is (N, 1), 10 for the digit 0. Source: Y. Netzer et al., "Reading
/// Digits in Natural Images with Unsupervised Feature Learning", 2011.
/// </remarks>
internal static class SvhnFolder
{
    internal const string Train = "train_32x32.mat", Test = "test_32x32.mat";

    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DataFormatException">A file is damaged, or holds something else.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(string folder)
    {
        string[] paths = [Path.Combine(folder, Train), Path.Combine(folder, Test)];
        string? missing = Array.Find(paths, path => !File.Exists(path));
        if (missing is not null)
        {
            throw new FileNotFoundException($"There is no {missing}; SVHN is the two files {Train} and {Test} in one folder.", missing);
        }

        (Shape shape, byte[] pixels, byte[] labels) = Read(paths[0]);
        (Shape testShape, byte[] testPixels, byte[] testLabels) = Read(paths[1]);
        if (testShape != shape)
        {
            throw new DataFormatException(paths[1], $"its images are {testShape}, those of {Train} {shape}; the files are of two sets.");
        }

        var train = new ImageDataset(shape, pixels, labels, Digits.ClassNames);
        return (train, new ImageDataset(shape, testPixels, testLabels, Digits.ClassNames, train.Preprocessing));
    }

    private static (Shape Shape, byte[] Pixels, byte[] Labels) Read(string path)
    {
        IReadOnlyDictionary<string, MatFile.Matrix> arrays = MatFile.Read(path);
        if (!arrays.TryGetValue("X", out MatFile.Matrix? x) || !arrays.TryGetValue("y", out MatFile.Matrix? y)
            || x.Sizes is not [int height and > 0, int width and > 0, 3, int count and > 0] || y.Values.Length != count)
        {
            string found = string.Join(", ", arrays.Select(array => $"{array.Key} ({string.Join(" × ", array.Value.Sizes)})"));
            throw new DataFormatException(path, $"expected X (32 × 32 × 3 × N) and y (N × 1), found {(found.Length > 0 ? found : "no array")}.");
        }

        byte[] labels = [.. y.Values.Select(label => label == 10 ? (byte)0 : label)];
        int wrong = Array.FindIndex(y.Values, label => label is < 1 or > 10);
        if (wrong >= 0)
        {
            throw new DataFormatException(path, $"label {wrong} is {y.Values[wrong]}, expected 1 to 10 (10 is the digit 0).");
        }

        byte[] pixels = GC.AllocateUninitializedArray<byte>(x.Values.Length);
        int plane = height * width;
        for (int start = 0; start < pixels.Length; start += plane)
        {
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    pixels[start + row * width + column] = x.Values[start + column * height + row];
                }
            }
        }

        return (new(3, height, width), pixels, labels);
    }
}
