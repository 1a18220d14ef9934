namespace Descent;

public class ImageCollectionDatasetTests
{
    [Fact]
    public void Images_of_one_size_keep_it()
    {
        ImageCollectionDataset data = Load(new Drawn([Plain(4, 3, 3, 10), Plain(4, 3, 3, 250)]));
        Assert.Equal(new Shape(3, 3, 4), data.ImageShape);
        Assert.Equal(Enumerable.Repeat((byte)250, 36), data.Image(1).ToArray());
        Assert.Equal((2, 2, 1, "image 1"), (data.Count, data.CachedCount, data.Label(1), data.NameOf(1)));
        Assert.All(data.Preprocessing.Mean, mean => Assert.Equal(130.0 / 255, mean, 1e-9));
        Assert.All(data.Preprocessing.Deviation, deviation => Assert.Equal(120.0 / 255, deviation, 1e-9));
    }

    [Fact]
    public void Grey_images_have_one_channel_and_one_coloured_image_gives_all_three()
    {
        Assert.Equal(new Shape(1, 2, 2), Load(new Drawn([Plain(2, 2, 1, 1), Plain(2, 2, 2, 2)])).ImageShape);
        ImageCollectionDataset mixed = Load(new Drawn([Plain(2, 2, 1, 1), Plain(2, 2, 4, 2)]));
        Assert.Equal(new Shape(3, 2, 2), mixed.ImageShape);
        Assert.Equal(Enumerable.Repeat((byte)1, 12), mixed.Image(0).ToArray());
        var grey = new ImageLoading { Channels = 1 };
        Assert.Equal(new Shape(1, 2, 2), Load(new Drawn([Plain(2, 2, 3, 1), Plain(2, 2, 4, 2)]), grey).ImageShape);
    }

    [Fact]
    public void Images_that_differ_need_a_size_and_get_it()
    {
        var images = new Drawn([Plain(4, 4, 1, 1), Plain(4, 4, 1, 2), Plain(8, 6, 3, 3)]);
        Assert.Contains("image 2 has 8×6 pixels, others have 4×4", Assert.Throws<ArgumentException>(() => Load(images)).Message);
        Assert.Equal(new Shape(3, 5, 5), Load(images, new ImageLoading { SizeWhereTheyDiffer = new(5, 5) }).ImageShape);
        Assert.Equal(new Shape(3, 2, 3), Load(images, new ImageLoading { Size = new(2, 3), SizeWhereTheyDiffer = new(5, 5) }).ImageShape);
        var alike = new Drawn([Plain(4, 4, 1, 1)]);
        Assert.Equal(new Shape(1, 4, 4), Load(alike, new ImageLoading { SizeWhereTheyDiffer = new(5, 5) }).ImageShape);
    }

    [Fact]
    public void Covering_cuts_the_sides_off_and_stretching_keeps_them()
    {
        // Black, white, black: a third of the width each.
        byte[] pixels = [.. Enumerable.Range(0, 4).SelectMany(_ => Enumerable.Range(0, 12).Select(x => (byte)(x is >= 4 and < 8 ? 255 : 0)))];
        var images = new Drawn([new Image(12, 4, 1, pixels)]);
        byte[] covered = Load(images, new ImageLoading { Size = new(4, 4) }).Image(0).ToArray();
        Assert.All(covered, pixel => Assert.Equal(255, pixel));
        byte[] stretched = Load(images, new ImageLoading { Size = new(4, 4), Fit = ImageFit.Stretch }).Image(0).ToArray();
        Assert.InRange(stretched[0], 0, 40);
        Assert.InRange(stretched[1], 150, 255);
    }

    [Fact]
    public void What_finds_no_room_is_decoded_again_with_the_same_bytes()
    {
        Image[] images = [.. Enumerable.Range(0, 10).Select(i => Plain(5, 5, 3, (byte)(20 * i)))];
        var all = new Drawn(images);
        var some = new Drawn(images);
        ImageCollectionDataset cached = Load(all);
        ImageCollectionDataset partly = Load(some, new ImageLoading { CacheBytes = (4 * 75) + 74 });
        Assert.Equal((10, 4), (cached.CachedCount, partly.CachedCount));
        Assert.Equal(cached.Preprocessing, partly.Preprocessing);
        int decoded = some.Reads;
        for (int epoch = 0; epoch < 2; epoch++)
        {
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal(cached.Image(i), partly.Image(i));
            }
        }

        Assert.Equal((decoded + 12, 11), (some.Reads, all.Reads));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_bad_image_stops_with_its_path_or_is_left_out_and_listed(int workers)
    {
        Image?[] images = [Plain(2, 2, 1, 1), null, Plain(2, 2, 1, 3), Plain(2, 2, 1, 4), null, Plain(2, 2, 1, 6)];
        var loading = new ImageLoading { Workers = workers };
        string refused = Assert.Throws<IOException>(() => Load(new Drawn(images), loading)).Message;
        Assert.StartsWith("image 1, byte 7: planted", refused);
        Assert.Contains("--skip-bad", refused);
        refused = Assert.Throws<IOException>(() => Load(new Drawn(images), loading with { SkipBad = 1 })).Message;
        Assert.Equal("More than 1 images cannot be read: image 1, byte 7: planted image 4, byte 7: planted", refused);

        ImageCollectionDataset data = Load(new Drawn(images), loading with { SkipBad = 2 });
        Assert.Equal(4, data.Count);
        Assert.Equal(["image 1", "image 4"], data.Skipped.Select(skipped => skipped.Name));
        Assert.Equal([1, 3, 4, 6], Enumerable.Range(0, 4).Select(i => (int)data.Image(i)[0]));
        Assert.Equal([0, 0, 1, 1], Enumerable.Range(0, 4).Select(data.Label));
        Assert.Equal("image 5", data.NameOf(3));
    }

    [Fact]
    public void Collections_with_nothing_to_read_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Load(new Drawn([])));
        Assert.Contains("None of the 2 images", Assert.Throws<IOException>(
            () => Load(new Drawn([null, null]), new ImageLoading { SkipBad = 5 })).Message);
    }

    [Fact]
    public void Cancelling_ends_the_loading() => Assert.Throws<OperationCanceledException>(
        () => ImageCollectionDataset.Load(new Drawn([Plain(2, 2, 1, 1)]), cancellation: new CancellationToken(canceled: true)));

    [Theory]
    [InlineData("224", 224, 224)]
    [InlineData("32x64", 32, 64)]
    public void Sizes_are_read(string text, int height, int width)
    {
        Assert.Equal(new(height, width), ImageSize.Parse(text));
        Assert.Equal(text, ImageSize.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("1x2x3")]
    [InlineData("5000")]
    public void What_is_no_size_is_refused(string text) => Assert.Throws<ArgumentException>(() => ImageSize.Parse(text));

    private static ImageCollectionDataset Load(IImageCollection images, ImageLoading? loading = null) =>
        ImageCollectionDataset.Load(images, loading, TestContext.Current.CancellationToken);

    private static Image Plain(int width, int height, int channels, byte value) =>
        new(width, height, channels, [.. Enumerable.Repeat(value, width * height * channels)]);

    /// <summary>Images in memory; null stands for a damaged file. The second half is of class 1.</summary>
    private sealed class Drawn(Image?[] images) : IImageCollection
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public int Count => images.Length;

        public IReadOnlyList<string> ClassNames => ["a", "b"];

        public string NameOf(int index) => $"image {index}";

        public int Label(int index) => index < images.Length / 2 ? 0 : 1;

        public Image Read(int index)
        {
            Interlocked.Increment(ref _reads);
            return images[index] ?? throw new ImageFormatException(NameOf(index), 7, "planted");
        }
    }
}
