using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace Descent.Benchmarks;

/// <summary>What preparing batches costs: images a second of the loader alone, and of a training that it feeds beside one on batches that lie ready.</summary>
internal static class LoaderCost
{
    private const int Images = 4096, Photographs = 2000;

    private static readonly string[] s_augmentations = ["", "flip,crop:4", "flip,crop:4,cutout:8", "flip,crop:4,randaugment:2-9"];

    public static void Run(Options options)
    {
        foreach (Shape shape in (Shape[])[new(1, 28, 28), new(3, 32, 32)])
        {
            Alone($"bytes of {shape}", Drawn(shape), options);
        }

        if (Photos() is { } photos)
        {
            var loading = new ImageLoading { CacheBytes = 0 };
            Alone("JPEG files of CIFAR-10, decoded in each epoch", ImageCollectionDataset.Load(photos, loading), options);
        }
        else
        {
            Console.WriteLine("no JPEG files: ../shared/data/cifar10 is not there");
        }

        foreach (Case of in options.Cases)
        {
            Fed(of, options);
        }
    }

    private static void Alone(string name, IDataset data, Options options)
    {
        foreach (string text in s_augmentations)
        {
            Augmentation? augmentation = text.Length == 0 ? null : Augmentation.Parse(text);
            (double Rate, double PerCore)[] rates = [.. Enumerable.Range(1, 2).Select(workers =>
            {
                Batches batches = data.Batches(64, new Rng(1), workers: workers, augmentation: augmentation);
                return Best(options, () =>
                {
                    foreach (var _ in batches)
                    {
                    }

                    return batches.ImageCount;
                });
            })];
            Console.WriteLine(
                $"loader alone, {name}, {(augmentation is null ? "unchanged" : text)}: {rates[0].Rate:N0} images/s with 1 worker, {rates[1].Rate:N0} with 2; "
                + $"{rates[0].PerCore:N0} in a second of processor time");
        }
    }

    /// <summary>The same compiled step on a ring of ready batches and on those of a loader.</summary>
    private static void Fed(Case of, Options options)
    {
        Device device = Device.Cpu(options.Threads);
        device.Notice = null;
        Shape shape = of.ImageShape.Count == 784 ? new(1, 28, 28) : new(3, 32, 32);
        Layer model = of.Create(new Rng(seed: 1, device));
        var optimizer = new Sgd(model.Parameters(), learningRate: 1e-4, momentum: 0.9);
        Compiled step = device.Compile((x, y) => optimizer.Step(Loss.CrossEntropy(model.Forward(x), y).Backward()));
        Tensor[] images = [.. Enumerable.Range(0, Case.Ring).Select(i => Tensor.From(of.Data(i).Images, new([of.Batch, .. shape.Sizes]), device))];
        Tensor[] labels = [.. Enumerable.Range(0, Case.Ring).Select(i => Tensor.From(of.Data(i).Labels, new(of.Batch), device))];
        int count = Math.Min(Images / of.Batch, of.Few(Images));
        IDataset data = new Subset(Drawn(shape), Enumerable.Range(0, count * of.Batch));
        Batches plain = data.Batches(of.Batch, new Rng(1, device));
        Batches changed = data.Batches(of.Batch, new Rng(1, device), augmentation: Augmentation.Parse("flip,crop:4"));
        Func<int>[] sides =
        [
            () =>
            {
                for (int i = 0; i < count; i++)
                {
                    step.Run(images[i % Case.Ring], labels[i % Case.Ring]).Item();
                }

                return count * of.Batch;
            },
            () => Train(plain),
            () => Train(changed),
        ];

        double[] best = new double[3];
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int side = 0; side < sides.Length; side++)
            {
                best[side] = Math.Max(best[side], Best(options with { Rounds = 1 }, sides[side]).Rate);
            }
        }

        Console.WriteLine(
            $"{of.Name} on {options.Threads} threads: {best[0]:N0} images/s on ready batches; fed by the loader {best[1]:N0} ({best[1] / best[0]:P0}), "
            + $"with flip,crop:4 {best[2]:N0} ({best[2] / best[0]:P0})");

        int Train(Batches batches)
        {
            foreach ((Tensor x, Tensor y) in batches)
            {
                step.Run(x, y).Item();
            }

            return batches.ImageCount;
        }
    }

    /// <summary>Images a second of the best round, and of processor time, in which what else runs on the machine does not count.</summary>
    private static (double Rate, double PerCore) Best(Options options, Func<int> pass)
    {
        double best = 0, perCore = 0;
        for (int round = 0; round < options.Rounds; round++)
        {
            long images = 0, start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            do
            {
                images += pass();
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds);
            best = Math.Max(best, images / Stopwatch.GetElapsedTime(start).TotalSeconds);
            perCore = Math.Max(perCore, images / (Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }

        return (best, perCore);
    }

    private static ImageDataset Drawn(Shape shape)
    {
        byte[] pixels = new byte[Images * shape.Count];
        new Random(1).NextBytes(pixels);
        return new(shape, pixels, [.. Enumerable.Range(0, Images).Select(i => (byte)(i % 10))], [.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
    }

    /// <summary>The first files of the archive, as bytes in memory: disk and archive do not count.</summary>
    private static Files? Photos()
    {
        string path = Repository.File("..", "shared", "data", "cifar10", "cifar-10-jpegs.tar.gz");
        if (!File.Exists(path))
        {
            return null;
        }

        var files = new List<byte[]>();
        using var tar = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (files.Count < Photographs && tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { Length: > 0 } content)
            {
                byte[] bytes = new byte[content.Length];
                content.ReadExactly(bytes);
                files.Add(bytes);
            }
        }

        return new(files);
    }

    private sealed class Files(IReadOnlyList<byte[]> files) : IImageCollection
    {
        public int Count => files.Count;

        public IReadOnlyList<string> ClassNames => ["image"];

        public string NameOf(int index) => $"file {index}";

        public int Label(int index) => 0;

        public Image Read(int index) => Image.Decode(files[index], NameOf(index));
    }
}
