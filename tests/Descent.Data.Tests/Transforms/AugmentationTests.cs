using Descent.Kernels;

namespace Descent;

public class AugmentationTests
{
    private static readonly Shape s_shape = new(3, 16, 20);

    [Theory]
    [InlineData("flip", "flip:0.5")]
    [InlineData("flip,crop:4,cutout:8,randaugment:2-9,mixup:0.2", "flip:0.5,crop:4,cutout:8,randaugment:2-9,mixup:0.2")]
    [InlineData("jitter:0.1-0.2", "jitter:0.1-0.2-0.4-0")]
    [InlineData("cutmix, vflip:1", "vflip:1,cutmix:1")]
    [InlineData("reflect-crop:2,resized-crop:0.5,rotate:30,affine:1-0.2-0.3-4,gray:0.3,erase:0.25", "reflect-crop:2,resized-crop:0.5,rotate:30,affine:1-0.2-0.3-4,gray:0.3,erase:0.25")]
    public void A_text_is_read_and_written(string text, string written)
    {
        Assert.Equal(written, Augmentation.Parse(text).ToString());
        Assert.Equal(written, Augmentation.Parse(written).ToString());
    }

    [Theory]
    [InlineData("flop", "Unknown augmentation 'flop'; did you mean 'flip'?")]
    [InlineData("flip,", "Unknown augmentation ''")]
    [InlineData("crop:0", "'crop' takes crop[:PIXELS], PIXELS a whole number from 1 to 1024, not '0'")]
    [InlineData("crop:1.5", "PIXELS a whole number")]
    [InlineData("flip:2", "'flip' takes flip[:P], P from 0 to 1, not '2'")]
    [InlineData("flip:0.5-1", "'flip' takes flip[:P], not 'flip:0.5-1'")]
    [InlineData("randaugment:2-31", "STRENGTH a whole number from 0 to 30, not '31'")]
    [InlineData("mixup:", "ALPHA from 0.001 to 100, not ''")]
    public void What_is_no_augmentation_is_refused_with_the_fix(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Augmentation.Parse(text)).Message);

    public static TheoryData<string> Names => [.. AugmentationKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_depends_on_seed_epoch_and_image_alone(string name)
    {
        ImageDataset data = Random(23);
        Augmentation augmentation = Augmentation.Parse(name);
        float[][] one = Images(Batches(1, 1)), several = Images(Batches(1, 5));
        Assert.Equal(one, several);
        Batches batches = Batches(1, 2);
        Assert.Equal(one, Images(batches));
        Assert.NotEqual(one, Images(batches));
        Assert.NotEqual(one, Images(Batches(2, 2)));

        Batches Batches(ulong seed, int workers) => data.Batches(5, new Rng(seed), shuffle: false, workers: workers, augmentation: augmentation);
    }

    [Fact]
    public void An_image_is_changed_alike_wherever_it_stands_in_the_epoch()
    {
        ImageDataset data = Random(23);
        Augmentation augmentation = Augmentation.Parse("flip,crop:4,jitter,cutout:5");
        float[][] ordered = Images(data.Batches(5, new Rng(1), shuffle: false, augmentation: augmentation));
        float[][] shuffled = Images(data.Batches(7, new Rng(1), augmentation: augmentation));
        Assert.NotEqual(ordered, shuffled);
        Assert.Equal(ordered.Select(Text).Order(), shuffled.Select(Text).Order());

        static string Text(float[] image) => string.Join(' ', image.Take(100));
    }

    [Fact]
    public void Resuming_goes_on_with_the_same_changes()
    {
        ImageDataset data = Random(23);
        Augmentation augmentation = Augmentation.Parse("flip,crop:4,mixup");
        var rng = new Rng(1);
        Batches whole = data.Batches(5, rng, augmentation: augmentation);
        float[][] first = Images(whole), second = Images(whole);
        Batches resumed = data.Batches(5, new Rng(1), augmentation: augmentation);
        resumed.Resume(new(0, 2, 0));
        Assert.Equal(first[10..], Images(resumed));
        Assert.Equal(second, Images(resumed));
    }

    [Fact]
    public void Steady_augmentation_allocates_nothing()
    {
        Augmentation augmentation = Augmentation.Parse("flip,reflect-crop:4,resized-crop,rotate,affine,jitter:0.4-0.4-0.4-0.1,gray,erase,cutout,randaugment");
        byte[] image = new byte[s_shape.Count], other = new byte[s_shape.Count];
        for (int i = 0; i < 50; i++)
        {
            augmentation.Apply(image, other, s_shape, new RandomStep(1, 2), i, [1, 2, 3]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 50; i < 250; i++)
        {
            augmentation.Apply(image, other, s_shape, new RandomStep(1, 2), i, [1, 2, 3]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Flips_happen_as_often_as_they_should_and_mirror()
    {
        byte[] image = [1, 2, 3, 4, 5, 6], result = new byte[6];
        int flipped = 0;
        for (int i = 0; i < 1000; i++)
        {
            var draw = new TransformDraw(new RandomStep(7, 0), (ulong)i << 16);
            if (new RandomHorizontalFlip(0.3).Apply(new(image, 1, 2, 3), new(result, 1, 2, 3), ref draw))
            {
                flipped++;
                Assert.Equal([3, 2, 1, 6, 5, 4], result);
            }
        }

        Assert.InRange(flipped, 250, 350);
        var other = new TransformDraw(1);
        Assert.True(new RandomVerticalFlip(1).Apply(new(image, 1, 2, 3), new(result, 1, 2, 3), ref other));
        Assert.Equal([4, 5, 6, 1, 2, 3], result);
    }

    [Fact]
    public void Crops_shift_by_every_amount_alike()
    {
        byte[] image = new byte[81], result = new byte[81];
        image[40] = 9;
        int[] places = new int[81];
        for (int i = 0; i < 5000; i++)
        {
            var draw = new TransformDraw(new RandomStep(7, 0), (ulong)i << 16);
            places[new RandomCrop(2).Apply(new(image, 1, 9, 9), new(result, 1, 9, 9), ref draw) ? Array.IndexOf(result, (byte)9) : 40]++;
            Assert.True(draw.NextDouble() is >= 0 and < 1);
        }

        // 25 places of 200 each, with a deviation of 14.
        Assert.Equal(25, places.Count(count => count > 0));
        Assert.All(places.Where(count => count > 0), count => Assert.InRange(count, 130, 270));
    }

    [Fact]
    public void A_reflected_crop_mirrors_the_edge()
    {
        byte[] image = [1, 2, 3, 4], result = new byte[4];
        Window.CopyReflected(new(image, 1, 1, 4), new(result, 1, 1, 4), 0, -2);
        Assert.Equal([3, 2, 1, 2], result);
        Window.CopyReflected(new(image, 1, 1, 4), new(result, 1, 1, 4), 0, 2);
        Assert.Equal([3, 4, 3, 2], result);
        Window.Copy(new(image, 1, 1, 4), new(result, 1, 1, 4), 0, -2, outside: 0);
        Assert.Equal([0, 0, 1, 2], result);
        Window.Copy(new(image, 1, 1, 4), new(result, 1, 1, 4), 1, 0, outside: 7);
        Assert.Equal([7, 7, 7, 7], result);
    }

    [Fact]
    public void Holes_have_the_mean_colour_and_the_size_that_was_asked_for()
    {
        byte[] image = [.. Enumerable.Repeat((byte)200, 3 * 16 * 20)], result = new byte[image.Length];
        byte[] mean = [10, 20, 30];
        int largest = 0;
        for (int i = 0; i < 200; i++)
        {
            var draw = new TransformDraw(new RandomStep(7, 0), (ulong)i << 16, mean);
            Assert.True(new Cutout(6).Apply(new(image, 3, 16, 20), new(result, 3, 16, 20), ref draw));
            int hole = result.Count(x => x == 10);
            Assert.Equal((hole, hole), (result.Count(x => x == 20), result.Count(x => x == 30)));
            Assert.Equal(image.Length - (3 * hole), result.Count(x => x == 200));
            largest = Math.Max(largest, hole);
        }

        Assert.Equal(36, largest);
        for (int i = 0; i < 200; i++)
        {
            var draw = new TransformDraw(new RandomStep(8, 0), (ulong)i << 16, mean);
            Assert.True(new RandomErasing(1).Apply(new(image, 3, 16, 20), new(result, 3, 16, 20), ref draw));
            Assert.InRange(result.Count(x => x == 10), 1, 320 * 0.33 * 1.3);
        }
    }

    [Fact]
    public void Mixed_batches_have_mixed_targets()
    {
        // Every image is of one value that is its label.
        byte[] labels = [.. Enumerable.Range(0, 8).Select(i => (byte)i)];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Repeat(label, 64))];
        var data = new ImageDataset(new(1, 8, 8), pixels, labels, [.. labels.Select(l => $"{l}")], new([0], [1.0 / 255]));
        foreach (string name in (string[])["mixup:1", "cutmix:1"])
        {
            Batches batches = data.Batches(8, new Rng(3), shuffle: false, augmentation: Augmentation.Parse(name));
            bool mixed = false;
            for (int epoch = 0; epoch < 20; epoch++)
            {
                (Tensor images, Tensor targets) = batches.Single();
                Assert.Equal((DType.F32, new Shape(8, 8)), (targets.DType, targets.Shape));
                float[] x = images.ToArray<float>(), t = targets.ToArray<float>();
                for (int i = 0; i < 8; i++)
                {
                    ReadOnlySpan<float> row = t.AsSpan(8 * i, 8);
                    float own = row[i], other = row[(i + 7) % 8], sum = 0, mean = 0;
                    foreach (float p in row)
                    {
                        sum += p;
                    }

                    foreach (float value in x.AsSpan(64 * i, 64))
                    {
                        mean += value / 64;
                    }

                    Assert.Equal(1, sum, 1e-5f);
                    Assert.Equal(1, own + other, 1e-5f);
                    Assert.Equal((i * own) + ((i + 7) % 8 * other), mean, 1e-3f);
                    mixed |= other is > 0.05f and < 0.95f;
                }
            }

            Assert.True(mixed);
        }
    }

    [Theory]
    [InlineData(0.2, 0.1786)]
    [InlineData(1, 0.0833)]
    [InlineData(4, 0.0278)]
    public void Beta_has_its_mean_and_variance(double alpha, double variance)
    {
        // The variance of Beta(α, α) is 1 / (4·(2α + 1)).
        double sum = 0, squares = 0;
        var draw = new TransformDraw(5);
        for (int i = 0; i < 20_000; i++)
        {
            double x = BetaDistribution.Draw(alpha, ref draw);
            sum += x;
            squares += x * x;
        }

        double mean = sum / 20_000;
        Assert.Equal(0.5, mean, 0.015);
        Assert.Equal(variance, (squares / 20_000) - (mean * mean), 0.006);
    }

    [Fact]
    public void Every_change_of_RandAugment_is_drawn_and_none_writes_outside()
    {
        byte[] image = new byte[s_shape.Count], result = new byte[s_shape.Count];
        new Random(1).NextBytes(image);
        var seen = new HashSet<string>();
        for (int i = 0; i < 400; i++)
        {
            var draw = new TransformDraw(new RandomStep(9, 0), (ulong)i << 16);
            bool changed = new RandAugment(1, 20).Apply(new(image, 3, 16, 20), new(result, 3, 16, 20), ref draw);
            seen.Add(changed ? Convert.ToHexString(result) : "same");
        }

        // Identity, nine kinds of two signs each, posterise, solarise, autocontrast and equalise.
        Assert.InRange(seen.Count, 20, 23);
    }

    [Fact]
    public void What_cannot_be_changed_is_refused()
    {
        Assert.Contains("is for images, not for (1)", Refused(NumberDataset.Regression(new(1), [1], [1], ["y"]), "flip"));
        IDataset yesOrNo = new ImageDataset(new(1, 2, 2), new byte[4], [1], ["a", "b"]).AsYesOrNo();
        Assert.Contains("blends the class of each image with another one's, but this data has targets (1); leave it out", Refused(yesOrNo, "flip,mixup"));
        Assert.Single(yesOrNo.Batches(1, new Rng(1), augmentation: Augmentation.Parse("flip")));

        static string Refused(IDataset data, string text) =>
            Assert.Throws<ArgumentException>(() => data.Batches(1, new Rng(1), augmentation: Augmentation.Parse(text))).Message;
    }

    private static ImageDataset Random(int count)
    {
        byte[] pixels = new byte[count * s_shape.Count];
        new Random(1).NextBytes(pixels);
        return new(s_shape, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))], ["a", "b", "c"]);
    }

    private static float[][] Images(Batches batches)
    {
        var images = new List<float[]>();
        foreach ((Tensor batch, _) in batches)
        {
            images.AddRange(batch.ToArray<float>().Chunk((int)s_shape.Count));
        }

        return [.. images];
    }
}
