using Descent.Kernels;

namespace Descent;

public class DigitsTests
{
    [Fact]
    public void Equal_seeds_give_equal_digits_and_other_seeds_others()
    {
        (ImageDataset train, ImageDataset test) = Digits.Load(new Rng(1), 50, 20);
        (ImageDataset again, ImageDataset testAgain) = Digits.Load(new Rng(1), 50, 20);
        (ImageDataset other, _) = Digits.Load(new Rng(2), 50, 20);
        Assert.Equal((50, 20), (train.Count, test.Count));
        Assert.Equal(Pixels(train), Pixels(again));
        Assert.Equal(Pixels(test), Pixels(testAgain));
        Assert.NotEqual(Pixels(train), Pixels(other));
        Assert.Same(train.Preprocessing, test.Preprocessing);
    }

    [Fact]
    public void A_picture_depends_on_its_index_alone_not_on_who_draws_it_after_what()
    {
        var step = new RandomStep(7, 0);
        byte[][] forward = new byte[40][], backward = new byte[40][];
        DigitPainter painter = new(), other = new();
        for (int i = 0; i < 40; i++)
        {
            painter.Paint(step, i, i % 10, forward[i] = new byte[784]);
            other.Paint(step, 39 - i, (39 - i) % 10, backward[39 - i] = new byte[784]);
        }

        Assert.Equal(forward, backward);
    }

    [Fact]
    public void No_two_pictures_are_alike_and_no_test_picture_is_in_the_training_set()
    {
        (ImageDataset train, ImageDataset test) = Digits.Load(new Rng(1), 3000, 1000);
        var seen = new HashSet<string>();
        Assert.All(Pixels(train).Concat(Pixels(test)), pixels => Assert.True(seen.Add(Convert.ToHexString(pixels))));
    }

    [Fact]
    public void Every_class_occurs_equally_often()
    {
        ImageDataset digits = Digits.Draw(new Rng(1), 70);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(digit => (digit, 7)),
            Enumerable.Range(0, 70).CountBy(digits.Label).Select(group => (group.Key, group.Value)).Order());
    }

    [Fact]
    public void Every_picture_is_composed_as_MNISTs_are()
    {
        ImageDataset digits = Digits.Draw(new Rng(3), 2000);
        for (int i = 0; i < digits.Count; i++)
        {
            ReadOnlySpan<byte> image = digits.Image(i);
            double mass = 0, x = 0, y = 0;
            for (int p = 0; p < 784; p++)
            {
                mass += image[p];
                x += image[p] * (p % 28 + 0.5);
                y += image[p] * (p / 28 + 0.5);
            }

            // Ink, but not a blot; its centre in the middle within the jitter of 0.7 pixels and what overlapping strokes count twice.
            Assert.InRange(mass / 255, 12, 300);
            Assert.InRange(x / mass, 14 - 2, 14 + 2);
            Assert.InRange(y / mass, 14 - 2, 14 + 2);

            int first = image.IndexOfAnyInRange((byte)128, (byte)255) / 28, last = image.LastIndexOfAnyInRange((byte)128, (byte)255) / 28;
            Assert.InRange(last - first + 1, 5, 22);
        }

        Assert.InRange(digits.Preprocessing.Mean[0], 0.11, 0.15);
        Assert.InRange(digits.Preprocessing.Deviation[0], 0.27, 0.33);
    }

    [Fact]
    public void Every_skeleton_is_legible_notation()
    {
        for (int digit = 0; digit < 10; digit++)
        {
            Assert.True(Skeletons.Of(digit).Length >= 4);
            foreach (Skeleton skeleton in Skeletons.Of(digit))
            {
                Assert.True(skeleton.Weight > 0);
                Assert.Equal(Joint.PenUp, skeleton.Knots[^1].Joint);
                Assert.All(skeleton.Knots, knot => Assert.True(knot.Position is { X: >= 0 and <= 100, Y: >= 0 and <= 100 }));
            }
        }
    }

    [Fact]
    public void The_notation_marks_corners_and_lifts_the_pen()
    {
        Skeleton skeleton = Skeleton.Parse("3: 1,2 3,4 | 5,6 ; 7,8 9,10");
        Assert.Equal(3, skeleton.Weight);
        Assert.Equal([Joint.Smooth, Joint.Corner, Joint.PenUp, Joint.Smooth, Joint.PenUp], skeleton.Knots.Select(knot => knot.Joint));
        Assert.Equal(new(7, 8), skeleton.Knots[3].Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void Counts_that_cannot_be_are_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Digits.Draw(new Rng(1), count));

    private static byte[][] Pixels(IDataset set) => [.. Enumerable.Range(0, set.Count).Select(i => set.Image(i).ToArray())];
}
