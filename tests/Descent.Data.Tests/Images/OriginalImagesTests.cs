using System.IO.Compression;

namespace Descent;

/// <summary>A crop that gives images their size is cut out of what was decoded, not out of what was scaled.</summary>
public sealed class OriginalImagesTests : IDisposable
{
    private const int Side = 12, Images = 10;

    // Parts of the network's size exactly: no pixel is made between others.
    private static readonly RandomResizedCrop s_exact = new(OneOf(48, 60), OneOf(48, 60), 1, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("descent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_crop_holds_detail_that_the_scaled_image_lacks()
    {
        var images = new Boards([.. Enumerable.Range(0, Images).Select(_ => Board(48, 60))]);
        ImageCollectionDataset data = Load(images);
        Assert.True(data.HasOriginals);

        // Squares of one pixel are grey once they are scaled by four; cropped they are black and white.
        Assert.All(data.Image(0)[0..(Side * Side)].ToArray(), pixel => Assert.InRange(pixel, 100, 155));
        Assert.All(Crops(data, s_exact).SelectMany(crop => crop), pixel => Assert.True(pixel is 0 or 255, $"{pixel} is neither black nor white."));
    }

    [Fact]
    public void A_crop_is_a_part_of_its_original_and_each_epoch_has_another()
    {
        Image[] originals = [.. Enumerable.Range(0, Images).Select(i => Noise(48 + (i % 3), 60 - i, i))];
        IDataset data = new Subset(Load(new Boards(originals)), [7, 2, 5]);
        Augmentation augmentation = new([new RandomHorizontalFlip(1), new RandomResizedCrop(0.05, 0.05, 1, 1, Resampling.Nearest)]);
        Batches batches = data.Batches(1, new Rng(3), shuffle: false, augmentation: augmentation);
        var seen = new HashSet<string>();
        for (int epoch = 0; epoch < 4; epoch++)
        {
            int place = 0;
            foreach ((Tensor batch, _) in batches)
            {
                byte[] crop = Bytes(batch, data);
                Image original = originals[new[] { 7, 2, 5 }[place++]];
                HashSet<byte> values = [.. original.Pixels];
                Assert.All(crop, value => Assert.Contains(value, values));
                Assert.True(seen.Add(Convert.ToHexString(crop)), "Two epochs have the same crop.");
            }
        }
    }

    [Fact]
    public void What_comes_before_the_crop_changes_the_original()
    {
        Image original = Board(48, 60, left: 200);
        ImageCollectionDataset data = Load(new Boards([original, original]));
        Image mirrored = Board(48, 60, right: 200);
        ImageCollectionDataset other = Load(new Boards([mirrored, mirrored]));
        Assert.Equal(Crops(other, new RandomHorizontalFlip(0), s_exact), Crops(data, new RandomHorizontalFlip(1), s_exact));
    }

    [Theory]
    [InlineData(1, long.MaxValue)]
    [InlineData(4, long.MaxValue)]
    [InlineData(4, 40_000)]
    [InlineData(3, 0)]
    public void Neither_workers_nor_memory_change_a_crop(int workers, long cacheBytes)
    {
        Image[] originals = [.. Enumerable.Range(0, Images).Select(i => Noise(48 + i, 60, i))];
        float[][] expected = Epochs(1, long.MaxValue, out int firstReads);
        Assert.Equal(expected, Epochs(workers, cacheBytes, out int reads));

        // Each is decoded to learn its size and to scale it; then once more, or in each of three epochs.
        Assert.Equal(2 * Images, firstReads);
        Assert.InRange(reads, cacheBytes == 0 ? 4 * Images : 2 * Images, cacheBytes == long.MaxValue ? 2 * Images : 4 * Images);

        float[][] Epochs(int workers, long cacheBytes, out int reads)
        {
            var images = new Boards(originals);
            Batches batches = Load(images, cacheBytes).Batches(3, new Rng(5), workers: workers, augmentation: Augmentation.Parse("resized-crop,flip,jitter"));
            float[][] result = [.. Enumerable.Range(0, 3).SelectMany(_ => batches.Select(batch => batch.Images.ToArray<float>()))];
            reads = images.Reads - 1;
            return result;
        }
    }

    [Fact]
    public void Images_that_have_one_size_are_their_own_originals()
    {
        ImageCollectionDataset data = Load(new Boards([Board(Side, Side), Board(Side, Side)]));
        Assert.False(data.HasOriginals);
        Assert.Throws<NotSupportedException>(() => data.Original(0).Height);
        Assert.Equal(2 * 3 * Side * Side, Crops(data, new RandomResizedCrop()).Sum(crop => crop.Length));
    }

    [Fact]
    public void A_transform_that_takes_any_size_writes_always()
    {
        ImageCollectionDataset data = Load(new Boards([Board(48, 60)]));
        Assert.Contains("return true from Apply", Assert.Throws<InvalidOperationException>(() => Crops(data, new Lazy())).Message);
    }

    [Fact]
    public void Crops_out_of_a_folder_and_out_of_its_archives_are_the_same()
    {
        string tree = Path.Combine(_folder, "tree");
        foreach ((string name, int i) in new[] { "train/a/0", "train/a/1", "train/b/2", "train/b/3", "test/a/4", "test/b/5" }.Select((name, i) => (name, i)))
        {
            string path = Path.Combine(tree, name + ".png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Noise(30 + i, 40, i).SavePng(path);
        }

        string tar = Path.Combine(_folder, "tree.tar"), gz = Path.Combine(_folder, "tree.tar.gz");
        System.Formats.Tar.TarFile.CreateFromDirectory(tree, tar, includeBaseDirectory: false);
        using (var to = new GZipStream(File.Create(gz), CompressionLevel.Fastest))
        {
            to.Write(File.ReadAllBytes(tar));
        }

        float[][] expected = Epoch(tree);
        Assert.Equal(expected, Epoch(tar));
        Assert.Equal(expected, Epoch(gz));

        static float[][] Epoch(string path)
        {
            IDataset train = DataSource.Parse($"folder:{path}").Load(new Rng(1), new DataOptions { Images = new ImageLoading { Size = new(Side, Side) } }).Train;
            Assert.True(train.HasOriginals);
            return [.. train.Batches(2, new Rng(1), augmentation: Augmentation.Parse("resized-crop:0.3")).Select(batch => batch.Images.ToArray<float>())];
        }
    }

    private static double OneOf(int height, int width) => (double)(Side * Side) / (height * width);

    private static ImageCollectionDataset Load(IImageCollection images, long cacheBytes = long.MaxValue) => ImageCollectionDataset.Load(
        images, new ImageLoading { Size = new(Side, Side), CacheBytes = cacheBytes }, TestContext.Current.CancellationToken);

    /// <summary>The images of one epoch as they were before the preprocessing.</summary>
    private static byte[][] Crops(IDataset data, params Transform[] transforms) =>
        [.. data.Batches(1, new Rng(1), augmentation: new(transforms)).Select(batch => Bytes(batch.Images, data))];

    private static byte[] Bytes(Tensor images, IDataset data)
    {
        float[] values = images.ToArray<float>();
        int plane = Side * Side;
        return [.. values.Select((value, i) =>
            (byte)Math.Round(255 * ((value * data.Preprocessing.Deviation[i / plane]) + data.Preprocessing.Mean[i / plane])))];
    }

    /// <summary>Black and white, pixel by pixel; one half may be darker.</summary>
    private static Image Board(int height, int width, byte left = 255, byte right = 255)
    {
        byte[] pixels = new byte[3 * height * width];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x) = (i / 3 / width, i / 3 % width);
            pixels[i] = (x + y) % 2 == (x < width / 2 ? 0 : 1) ? (byte)0 : x < width / 2 ? left : right;
        }

        return new(width, height, 3, pixels);
    }

    private static Image Noise(int height, int width, int seed)
    {
        byte[] pixels = new byte[3 * height * width];
        new Random(seed).NextBytes(pixels);

        // A value modulo 16 of its own for each image, so that one image's pixels are not another's.
        return new(width, height, 3, [.. pixels.Select(value => (byte)(16 * (value / 16) + seed))]);
    }

    private sealed class Boards(Image[] images) : IImageCollection
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public int Count => images.Length;

        public IReadOnlyList<string> ClassNames => ["a", "b"];

        public string NameOf(int index) => $"image {index}";

        public int Label(int index) => index % 2;

        public Image Read(int index)
        {
            Interlocked.Increment(ref _reads);
            return images[index];
        }
    }

    private sealed class Lazy : PhotometricTransform
    {
        public override bool TakesAnySize => true;

        public override bool Apply(Planes from, Planes to, ref TransformDraw draw) => false;

        public override string ToString() => "lazy";
    }
}
