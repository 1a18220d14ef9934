namespace Descent;

/// <summary>A tiny set in MNIST's four files, whole or with a fault planted.</summary>
internal sealed class IdxSets
{
    public byte[] TrainLabels { get; init; } = [0, 1, 2, 0, 1, 2];

    public byte[] TestLabels { get; init; } = [0, 1, 2];

    public int TestSide { get; init; } = 2;

    public static void Write(string folder) => new IdxSets().WriteTo(folder);

    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        Save("train-images-idx3-ubyte", [6, 2, 2]);
        Save("t10k-images-idx3-ubyte", [3, TestSide, TestSide]);
        IdxFile.Write(Path.Combine(folder, "train-labels-idx1-ubyte"), new([TrainLabels.Length], TrainLabels));
        IdxFile.Write(Path.Combine(folder, "t10k-labels-idx1-ubyte"), new([TestLabels.Length], TestLabels));

        void Save(string name, int[] sizes)
        {
            int count = sizes.Aggregate((a, b) => a * b);
            IdxFile.Write(Path.Combine(folder, name), new(sizes, [.. Enumerable.Range(0, count).Select(i => (byte)i)]));
        }
    }

    public static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Descent.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
