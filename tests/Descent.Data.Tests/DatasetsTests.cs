namespace Descent;

public class DatasetsTests
{
    [Fact]
    public void A_split_takes_the_same_part_of_each_class_and_loses_nothing()
    {
        ImageDataset data = Digits.Draw(new Rng(1), 200);
        (IDataset train, IDataset validation) = data.Split(0.25, new Rng(5));
        Assert.Equal((150, 50), (train.Count, validation.Count));
        Assert.All(Labels(train).CountBy(label => label), group => Assert.Equal(15, group.Value));
        Assert.All(Labels(validation).CountBy(label => label), group => Assert.Equal(5, group.Value));
        Assert.Equal(Images(data).Order(), Images(train).Concat(Images(validation)).Order());
        Assert.Equal(Images(validation), Images(data.Split(0.25, new Rng(5)).Validation));
        Assert.NotEqual(Images(validation), Images(data.Split(0.25, new Rng(6)).Validation));
    }

    [Fact]
    public void A_split_that_leaves_nothing_is_refused()
    {
        ImageDataset data = Digits.Draw(new Rng(1), 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(0, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(1, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(double.NaN, new Rng(1)));
        Assert.Throws<ArgumentException>(() => data.Split(0.1, new Rng(1)));
    }

    [Fact]
    public void A_subset_shows_the_chosen_images_in_the_chosen_order()
    {
        ImageDataset data = Digits.Draw(new Rng(1), 10);
        var subset = new Subset(data, [7, 2, 2]);
        Assert.Equal([7, 2, 2], Labels(subset));
        Assert.Equal(data.Image(7), subset.Image(0));
        Assert.Throws<ArgumentException>(() => new Subset(data, [10]));
        Assert.Throws<ArgumentException>(() => new Subset(data, [-1]));
    }

    [Fact]
    public void Another_preprocessing_changes_the_numbers_and_not_the_images()
    {
        ImageDataset data = Digits.Draw(new Rng(1), 10);
        var other = new Preprocessing([0.5], [0.5]);
        IDataset view = data.With(other);
        Assert.Same(other, view.Preprocessing);
        Assert.Equal(Images(data), Images(view));
        Assert.Throws<ArgumentException>(() => data.With(new([0, 0, 0], [1, 1, 1])));
    }

    [Fact]
    public void A_data_set_whose_arrays_do_not_fit_is_refused()
    {
        var shape = new Shape(1, 2, 2);
        Assert.Throws<ArgumentException>(() => new ImageDataset(new(2, 2), new byte[4], [0], ["a"]));
        Assert.Throws<ArgumentException>(() => new ImageDataset(shape, new byte[5], [0], ["a"]));
        Assert.Throws<ArgumentException>(() => new ImageDataset(shape, new byte[4], [0], []));
        Assert.Contains(
            "Label 2 of image 1", Assert.Throws<ArgumentException>(() => new ImageDataset(shape, new byte[8], [0, 2], ["a", "b"])).Message,
            StringComparison.Ordinal);
        var data = new ImageDataset(shape, new byte[8], [0, 1], ["a", "b"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Image(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Image(-1));
    }

    private static IEnumerable<int> Labels(IDataset data) => Enumerable.Range(0, data.Count).Select(data.Label);

    private static string[] Images(IDataset data) => [.. Enumerable.Range(0, data.Count).Select(i => Convert.ToHexString(data.Image(i)))];
}
