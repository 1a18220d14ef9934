using System.IO.Compression;

namespace Descent;

/// <summary>Images or numbers with their targets as NumPy saves them: <c>np.savez(FILE, x=…, y=…)</c>, or <c>x_train, y_train, x_test, y_test</c>.</summary>
/// <remarks>
/// Bytes of rank 3 and 4 are images: (N, H, W), (N, H, W, C) or (N, C, H, W), C 1 or 3. All other inputs are numbers, (N, …). Whole numbers (N)
/// or (N, 1) as targets are classes; (N, D) that are all 0 or 1 are D classes of which an example may have any number; all other numbers are to be
/// learned as they are. Classes are named by their numbers.
/// </remarks>
internal static class NpzSource
{
    /// <summary>Deflate cannot shrink more than this: 258 bytes become 2 bits.</summary>
    private const long MaxCompression = 1032;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is damaged, or its arrays do not fit together.</exception>
    public static DataSplits Load(string path, SplitParts parts)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path}; 'npz' takes what np.savez wrote.", path);
        }

        Dictionary<string, NpyArray> arrays = ReadAll(path);
        try
        {
            if (arrays.ContainsKey("x_train"))
            {
                var train = new Targets(path, Get("x_train"), Get("y_train"), null);
                IDataset trainSet = train.ToDataset(null);
                return new(
                    trainSet, arrays.ContainsKey("x_val") ? new Targets(path, Get("x_val"), Get("y_val"), train).ToDataset(trainSet.Preprocessing) : null,
                    new Targets(path, Get("x_test"), Get("y_test"), train).ToDataset(trainSet.Preprocessing), []);
            }

            return DataSplits.Of(new Targets(path, Get("x"), Get("y"), null).ToDataset(null), parts, []);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException(path, e.Message, e);
        }

        NpyArray Get(string name) => arrays.GetValueOrDefault(name) ?? throw new DataFormatException(path,
            $"there is no array '{name}', only {string.Join(", ", arrays.Keys)}; save x and y, or x_train, y_train, x_test and y_test.");
    }

    private static Dictionary<string, NpyArray> ReadAll(string path)
    {
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        try
        {
            using FileStream file = File.OpenRead(path);
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : "";
                if (name is "x" or "y" or "x_train" or "y_train" or "x_val" or "y_val" or "x_test" or "y_test")
                {
                    using Stream content = entry.Open();
                    arrays[name] = NpyArray.Read(content, name, path, Math.Min(entry.Length, file.Length * MaxCompression));
                }
                else
                {
                    arrays[entry.FullName] = new(entry.FullName, [0], "u1", []);
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(path, $"the file is no zip archive as np.savez writes, or is damaged ({e.Message.TrimEnd('.')}).", e);
        }

        return arrays;
    }

    /// <summary>Inputs with their targets; those of a test set are read as those of their training set were.</summary>
    private sealed class Targets
    {
        private readonly string _path;
        private readonly NpyArray _x, _y;
        private readonly int _classes;
        private readonly bool _areSeveral;

        public Targets(string path, NpyArray x, NpyArray y, Targets? train)
        {
            (_path, _x, _y) = (path, x, y);
            if (x.Sizes.Length < 2 || y.Sizes.Length is not (1 or 2) || x.Sizes[0] != y.Sizes[0] || x.Sizes.Contains(0) || y.Sizes.Contains(0))
            {
                throw new DataFormatException(path, $"{x} and {y} do not fit together: inputs are (N, …), targets (N) or (N, D), both of the same N.");
            }

            bool hasClasses = y.AreWhole && (y.Sizes.Length == 1 || y.Sizes[1] == 1);
            _classes = train?._classes ?? (hasClasses ? (int)Math.Min(int.MaxValue, Enumerable.Range(0, y.Count).Max(i => y[i]) + 1) : 0);
            _areSeveral = train?._areSeveral ?? (y.AreWhole && !hasClasses && Enumerable.Range(0, y.Count).All(i => y[i] is 0 or 1));
            int wrong = hasClasses ? Enumerable.Range(0, y.Count).FirstOrDefault(i => !(y[i] >= 0 && y[i] < _classes), -1) : -1;
            if (hasClasses != _classes > 0 || wrong >= 0)
            {
                throw new DataFormatException(path, wrong >= 0
                    ? $"target {wrong} of {y} is {y[wrong]}, which is no class: they are numbered from 0, the training set has {_classes}."
                    : $"{y} are targets of another kind than those of the training set.");
            }
        }

        public IDataset ToDataset(Preprocessing? preprocessing)
        {
            int outputs = _classes > 0 ? _classes : _y.Count / _y.Sizes[0];
            string[] names = [.. Enumerable.Range(0, outputs).Select(i => _classes > 0 || _areSeveral ? $"{i}" : $"y{i}")];
            if (_x.AreBytes && _x.Sizes.Length is 3 or 4 && _classes is > 0 and <= 256)
            {
                byte[] labels = [.. Enumerable.Range(0, _y.Count).Select(i => (byte)_y[i])];
                (Shape shape, byte[] pixels) = Pixels();
                return new ImageDataset(shape, pixels, labels, names, preprocessing);
            }

            var inputShape = new Shape(_x.Sizes.AsSpan(1));
            float[] inputs = Floats(_x);
            return _classes > 0
                ? NumberDataset.Classification(inputShape, inputs, [.. Enumerable.Range(0, _y.Count).Select(i => (int)_y[i])], names, preprocessing)
                : _areSeveral
                ? NumberDataset.MultiLabel(inputShape, inputs, Floats(_y), names, preprocessing)
                : NumberDataset.Regression(inputShape, inputs, Floats(_y), names, preprocessing);
        }

        private (Shape Shape, byte[] Pixels) Pixels() => _x.Sizes switch
        {
            [_, int height, int width] => (new(1, height, width), _x.Bytes),
            [_, int height, int width, int channels and (1 or 3)] => (new(channels, height, width), ChannelsFirst(height * width, channels)),
            [_, int channels and (1 or 3), int height, int width] => (new(channels, height, width), _x.Bytes),
            _ => throw new DataFormatException(_path, $"{_x} are no images: (N, H, W), (N, H, W, C) or (N, C, H, W) with C 1 or 3."),
        };

        private byte[] ChannelsFirst(int plane, int channels)
        {
            byte[] pixels = GC.AllocateUninitializedArray<byte>(_x.Bytes.Length);
            for (int start = 0; start < pixels.Length; start += plane * channels)
            {
                for (int i = 0; i < plane * channels; i++)
                {
                    pixels[start + i % channels * plane + i / channels] = _x.Bytes[start + i];
                }
            }

            return pixels;
        }

        private static float[] Floats(NpyArray array)
        {
            float[] numbers = new float[array.Count];
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (float)array[i];
            }

            return numbers;
        }
    }
}
