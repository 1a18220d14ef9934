using Descent.Kernels;

namespace Descent;

/// <summary>Classes of pixels under augmentation: they go where their pixels go.</summary>
public class LabelAugmentationTests
{
    private const int Height = 12, Width = 17, Classes = 7;

    public static TheoryData<Transform> Moving =>
    [
        new RandomHorizontalFlip(0.7),
        new RandomVerticalFlip(0.7),
        new RandomCrop(4),
        new RandomCrop(4, reflect: true),
        new RandomResizedCrop(0.2, resampling: Resampling.Nearest),
        new RandomRotation(60, Resampling.Nearest),
        new RandomAffine(30, 0.3, 0.4, 20, Resampling.Nearest),
    ];

    [Theory]
    [MemberData(nameof(Moving))]
    public void Classes_move_as_pixels_do_and_what_comes_from_outside_has_none(Transform transform)
    {
        // Every pixel is worth its class, from 1 on: black comes from outside.
        byte[] image = Map(1), moved = new byte[image.Length], labels = new byte[image.Length];
        bool cameFromOutside = false;
        for (int i = 0; i < 40; i++)
        {
            TransformDraw draw = new(new RandomStep(3, 0), (ulong)i << 16), same = draw;
            bool changed = transform.Apply(new(image, 1, Height, Width), new(moved, 1, Height, Width), ref draw);
            Assert.Equal(changed, transform.ApplyToLabels(new(image, 1, Height, Width), new(labels, 1, Height, Width), ref same));
            Assert.Equal(draw.NextDouble(), same.NextDouble());
            if (changed)
            {
                Assert.Equal([.. moved.Select(pixel => pixel == 0 ? Augmentation.IgnoreIndex : pixel)], labels);
                cameFromOutside |= labels.Contains(Augmentation.IgnoreIndex);
            }
        }

        Assert.Equal(transform is RandomCrop or RandomRotation or RandomAffine && transform.ToString() != "reflect-crop:4", cameFromOutside);
    }

    [Theory]
    [InlineData("rotate:40")]
    [InlineData("affine:20-0.2-0.3-10")]
    [InlineData("resized-crop:0.3")]
    public void Classes_keep_to_the_nearest_pixel_where_colours_are_blended(string name)
    {
        // Two halves, 100 and 200: of what is nearest a pixel has at least half in each direction.
        byte[] pixels = new byte[Height * Width], labels = new byte[pixels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (byte)(i % Width < 8 ? 0 : 1);
            pixels[i] = (byte)(labels[i] == 0 ? 100 : 200);
        }

        var data = new ImageDataset(new(1, Height, Width), pixels, labels, ["left", "right"], AsBytes, new(Height, Width));
        Batches batches = data.Batches(1, new Rng(1), augmentation: Augmentation.Parse(name));
        var seen = new HashSet<int>();
        for (int epoch = 0; epoch < 20; epoch++)
        {
            (float[] x, int[] classes) = Whole(batches);
            seen.UnionWith(classes);
            Assert.All(x.Zip(classes), pixel =>
            {
                (float least, float most) = pixel.Second switch { 0 => (24, 151), 1 => (49, 201), _ => (-1, 101) };
                Assert.InRange(pixel.First, least, most);
            });
        }

        Assert.Equal(name.StartsWith("resized", StringComparison.Ordinal) ? [0, 1] : [0, 1, Augmentation.IgnoreIndex], seen.Order());
    }

    [Theory]
    [InlineData("jitter")]
    [InlineData("gray:1")]
    [InlineData("erase:1")]
    [InlineData("cutout:6")]
    [InlineData("jitter,gray,erase,cutout")]
    public void Classes_stay_where_colours_change_or_holes_are_made(string name)
    {
        IDataset data = Scenes(channels: 3);
        (float[] x, int[] classes) = Whole(data.Batches(4, new Rng(1), shuffle: false, augmentation: Augmentation.Parse(name)));
        (float[] plain, int[] own) = Whole(data.InOrder(4));
        Assert.Equal(own, classes);
        Assert.NotEqual(plain, x);
    }

    [Theory]
    [InlineData("flip,crop:3,vflip")]
    [InlineData("reflect-crop:3")]
    [InlineData("cutmix")]
    [InlineData("flip,crop:2,cutmix:0.5")]
    public void A_batch_holds_the_classes_of_its_pixels_for_any_workers(string name)
    {
        IDataset data = Scenes();
        Augmentation augmentation = Augmentation.Parse(name);
        (float[] x, int[] classes) = Whole(data.Batches(4, new Rng(1), shuffle: false, workers: 1, augmentation: augmentation));
        Assert.Equal([.. x.Select(pixel => pixel == 0 ? Augmentation.IgnoreIndex : (int)MathF.Round(pixel))], classes);
        (float[] others, int[] othersClasses) = Whole(data.Batches(4, new Rng(1), shuffle: false, workers: 3, augmentation: augmentation));
        Assert.Equal(x, others);
        Assert.Equal(classes, othersClasses);
        Assert.NotEqual(Whole(data.InOrder(4)).Labels, classes);
    }

    [Fact]
    public void CutMix_pastes_pixels_and_their_classes_from_the_image_before()
    {
        // Image i is worth i + 1 everywhere, and of class i + 1.
        byte[] values = [.. Enumerable.Range(0, 4 * Height * Width).Select(i => (byte)(1 + (i / (Height * Width))))];
        var data = new ImageDataset(new(1, Height, Width), values, values, [.. "abcde".Select(c => $"{c}")], AsBytes, new(Height, Width));
        (float[] x, int[] classes) = Whole(data.Batches(4, new Rng(2), shuffle: false, augmentation: Augmentation.Parse("cutmix")));
        Assert.Equal([.. x.Select(pixel => (int)MathF.Round(pixel))], classes);
        for (int i = 0; i < 4; i++)
        {
            int[] own = classes[(i * Height * Width)..((i + 1) * Height * Width)];
            Assert.Equal([i + 1, 1 + ((i + 3) % 4)], own.Distinct().OrderBy(label => label != i + 1));
        }
    }

    [Fact]
    public void RandAugment_moves_classes_by_those_of_its_changes_that_move_pixels()
    {
        byte[] map = Map(0), labels = new byte[map.Length];
        var augment = new RandAugment(1, 20);
        int moved = 0;
        for (int i = 0; i < 280; i++)
        {
            TransformDraw draw = new(new RandomStep(3, 0), (ulong)i << 16), same = draw;
            int kind = same.Next(14);
            bool changed = augment.ApplyToLabels(new(map, 1, Height, Width), new(labels, 1, Height, Width), ref draw);
            Assert.Equal(kind is >= 1 and <= 5, changed);
            moved += changed ? 1 : 0;
        }

        // Five of fourteen.
        Assert.InRange(moved, 75, 125);
    }

    [Fact]
    public void Moving_classes_allocates_nothing()
    {
        Augmentation augmentation = Augmentation.Parse("flip,reflect-crop:4,resized-crop,rotate,affine,jitter,cutout,randaugment");
        byte[] map = Map(0), other = new byte[map.Length];
        Run(0, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(50, 250);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                augmentation.ApplyToLabels(map, other, new(Height, Width), new RandomStep(1, 2), i);
            }
        }
    }

    [Fact]
    public void What_blends_classes_of_pixels_or_leaves_them_no_number_is_refused()
    {
        Assert.Contains("mixup:0.2 blends the class of each image with another one's, but this data has targets (12, 17); where each pixel has a class, cutmix",
            Refused(Scenes(), "mixup"));
        string[] names = [.. Enumerable.Range(0, 256).Select(k => $"{k}")];
        Assert.Contains("at most 255 can be augmented", Refused(new ImageDataset(new(1, 1, 1), [1], [1], names, AsBytes, new(1, 1)), "flip"));
        Assert.Throws<NotSupportedException>(() =>
        {
            var draw = new TransformDraw(1);
            new Mixup().ApplyToLabels(new float[1], new int[1], 1, new(1, 1, 1), ref draw);
        });

        static string Refused(IDataset data, string text) =>
            Assert.Throws<ArgumentException>(() => data.Batches(1, new Rng(1), augmentation: Augmentation.Parse(text))).Message;
    }

    [Fact]
    public void A_number_that_is_no_class_is_none_after_a_move()
    {
        (_, Tensor labels) = new OneRow([1, -100, 0, 300]).Batches(1, new Rng(1), augmentation: Augmentation.Parse("flip:1")).Single();
        Assert.Equal([Augmentation.IgnoreIndex, 0, Augmentation.IgnoreIndex, 1], labels.ToArray<int>());
    }

    /// <summary>Numbers as the bytes were.</summary>
    private static Preprocessing AsBytes { get; } = new([0], [1.0 / 255]);

    private static byte[] Map(int first) =>
        [.. Enumerable.Range(0, Height * Width).Select(i => (byte)(first + (((i / Width * 5) + (i % Width * 3) + (i * i / 7)) % Classes)))];

    /// <summary>Images whose pixels are worth their class, from 1 on, and in further channels twice and three times as much.</summary>
    private static ImageDataset Scenes(int channels = 1)
    {
        byte[][] maps = [.. Enumerable.Range(0, 9).Select(i => (byte[])[.. Map(1).Skip(i * Width), .. Map(1).Take(i * Width)])];
        byte[] pixels = [.. maps.SelectMany(map => Enumerable.Range(1, channels).SelectMany(c => map.Select(label => (byte)(c * label))))];
        string[] names = [.. Enumerable.Range(0, Classes + 1).Select(k => $"{k}")];
        double[] none = new double[channels], one = [.. none.Select(_ => 1.0 / 255)];
        return new(new(channels, Height, Width), pixels, [.. maps.SelectMany(map => map)], names, new(none, one), new(Height, Width));
    }

    private static (float[] Images, int[] Labels) Whole(Batches batches)
    {
        var images = new List<float>();
        var labels = new List<int>();
        foreach ((Tensor x, Tensor classes) in batches)
        {
            Assert.Equal((DType.I32, new Shape(x.Shape[0], Height, Width)), (classes.DType, classes.Shape));
            images.AddRange(x.ToArray<float>());
            labels.AddRange(classes.ToArray<int>());
        }

        return ([.. images], [.. labels]);
    }

    /// <summary>One image of one row, whose pixels have any numbers for classes.</summary>
    private sealed class OneRow(int[] labels) : IDataset
    {
        public int Count => 1;

        public Shape ImageShape => new(1, 1, labels.Length);

        public Shape LabelShape => new(1, labels.Length);

        public IReadOnlyList<string> ClassNames => ["a", "b"];

        public Preprocessing Preprocessing => AsBytes;

        public ReadOnlySpan<byte> Image(int index) => new byte[labels.Length];

        public int Label(int index) => labels[0];

        public void ReadLabels(int index, Span<int> into) => labels.CopyTo(into);
    }
}
