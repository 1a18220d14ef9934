namespace Descent;

public sealed class ShapeScenesTests
{
    [Fact]
    public void Every_pixel_has_a_class_and_all_classes_occur()
    {
        (ImageDataset train, ImageDataset test) = ShapeScenes.Load(new Rng(3), trainCount: 200, testCount: 10);
        Assert.Equal((200, 10), (train.Count, test.Count));
        Assert.Equal((new Shape(3, 32, 32), new Shape(32, 32)), (train.ImageShape, train.LabelShape));
        Assert.Equal(LearningTask.Segmentation, train.Task);
        int[] counts = new int[train.ClassNames.Count], mask = new int[32 * 32];
        for (int i = 0; i < train.Count; i++)
        {
            train.ReadLabels(i, mask);
            foreach (int label in mask)
            {
                counts[label]++;
            }
        }

        Assert.All(counts, count => Assert.InRange(count, 200 * 32 * 32 / 50, 200 * 32 * 32 * 9 / 10));
        Assert.Same(train.Preprocessing, test.Preprocessing);
    }

    [Fact]
    public void The_same_seed_draws_the_same_scenes_and_another_draw_others()
    {
        ImageDataset first = ShapeScenes.Load(new Rng(1), 5, 5).Train, again = ShapeScenes.Load(new Rng(1), 5, 5).Train;
        ImageDataset test = ShapeScenes.Load(new Rng(1), 5, 5).Test;
        Assert.Equal(first.Image(4), again.Image(4));
        Assert.NotEqual(first.Image(4).ToArray(), test.Image(4).ToArray());
    }

    [Fact]
    public void Batches_hold_images_and_their_masks()
    {
        ImageDataset train = ShapeScenes.Load(new Rng(1), 6, 1).Train;
        int[] mask = new int[32 * 32];
        train.ReadLabels(5, mask);
        (Tensor images, Tensor labels) = train.InOrder(4).Last();
        Assert.Equal((new Shape(2, 3, 32, 32), new Shape(2, 32, 32)), (images.Shape, labels.Shape));
        Assert.Equal(mask, labels.ToArray<int>()[(32 * 32)..]);
        (IDataset rest, IDataset aside) = train.Split(0.34, new Rng(1));
        Assert.Equal((4, 2), (rest.Count, aside.Count));
        Assert.Equal(LearningTask.Segmentation, aside.Task);
    }
}
