namespace Descent;

public class NumberDatasetTests
{
    private static readonly float[] s_rows = [1, 10, 2, 20, 3, 60];

    [Fact]
    public void Rows_are_standardised_number_by_number()
    {
        NumberDataset data = NumberDataset.Regression(new(2), s_rows, [5, 6, 7], ["price"]);
        (Tensor inputs, Tensor targets) = data.InOrder(3).Single();
        Assert.Equal((new Shape(3, 2), new Shape(3, 1)), (inputs.Shape, targets.Shape));
        Assert.Equal((DType.F32, DType.F32), (inputs.DType, targets.DType));
        double a = Math.Sqrt(1.5), b = 21.602468994692867;
        double[] expected = [-a, -20 / b, 0, -10 / b, a, 30 / b];
        Assert.All(expected.Zip(inputs.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal([5f, 6f, 7f], targets.ToArray<float>());
        Assert.Equal((LearningTask.Regression, 1), (data.Task, data.OutputCount()));
        Assert.Throws<NotSupportedException>(() => data.Label(0));
        Assert.Throws<NotSupportedException>(() => data.Image(0).Length);
    }

    [Fact]
    public void Classes_are_whole_numbers_and_yes_or_no_is_a_number()
    {
        NumberDataset classes = NumberDataset.Classification(new(2), s_rows, [2, 0, 1], ["a", "b", "c"]);
        (_, Tensor labels) = classes.InOrder(3).Single();
        Assert.Equal((DType.I32, new Shape(3)), (labels.DType, labels.Shape));
        Assert.Equal((LearningTask.Classification, 3), (((IDataset)classes).Task, classes.OutputCount()));

        NumberDataset binary = NumberDataset.Binary(new(2), s_rows, [1, 0, 1], ["no", "yes"]);
        (_, Tensor targets) = binary.InOrder(3).Single();
        Assert.Equal(new Shape(3, 1), targets.Shape);
        Assert.Equal([1f, 0f, 1f], targets.ToArray<float>());
        Assert.Equal((LearningTask.BinaryClassification, 1, 1), (binary.Task, binary.OutputCount(), binary.Label(2)));
    }

    [Fact]
    public void A_subset_of_several_labels_keeps_task_and_targets()
    {
        NumberDataset data = NumberDataset.MultiLabel(new(2), s_rows, [1, 0, 0, 1, 1, 1], ["sea", "sky"]);
        IDataset part = new Subset(data, [2, 1]);
        (Tensor inputs, Tensor targets) = part.InOrder(2).Single();
        Assert.Equal([1f, 1f, 0f, 1f], targets.ToArray<float>());
        Assert.Equal((LearningTask.MultiLabel, DType.F32, true, 2), (part.Task, part.LabelType, part.HoldsNumbers, part.OutputCount()));
        Assert.Equal([3f, 60f], part.Numbers(0).ToArray());
        Assert.Equal((0, 1), (part.Label(0), part.Label(1)));
        Assert.Equal(4, inputs.Shape.Count);
    }

    [Fact]
    public void Yes_and_no_are_split_alike()
    {
        NumberDataset data = NumberDataset.Binary(new(1), new float[40], [.. Enumerable.Range(0, 40).Select(i => i < 10 ? 1 : 0)], ["no", "yes"]);
        (IDataset train, IDataset validation) = data.Split(0.2, new Rng(1));
        Assert.Equal((8, 2), (Yes(train), Yes(validation)));

        static int Yes(IDataset set) => Enumerable.Range(0, set.Count).Count(i => set.Label(i) == 1);
    }

    [Fact]
    public void Two_classes_are_seen_as_yes_or_no()
    {
        IDataset data = NumberDataset.Classification(new(2), s_rows, [1, 0, 1], ["no", "yes"]).AsYesOrNo();
        (Tensor inputs, Tensor targets) = new Subset(data, [2, 1]).InOrder(2).Single();
        Assert.Equal(new Shape(2, 1), targets.Shape);
        Assert.Equal([1f, 0f], targets.ToArray<float>());
        Assert.Equal((LearningTask.BinaryClassification, 1, 1, 3), (data.Task, data.OutputCount(), data.Label(2), data.Count));
        Assert.Equal(4, inputs.Shape.Count);
        Assert.Contains("this data has 3", Assert.Throws<ArgumentException>(
            () => NumberDataset.Classification(new(2), s_rows, [2, 0, 1], ["a", "b", "c"]).AsYesOrNo()).Message);
        Assert.Contains("takes one of two classes", Assert.Throws<ArgumentException>(data.AsYesOrNo).Message);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.Contains("need 6 numbers, not 5", Refused(() => NumberDataset.Regression(new(2), new float[5], [1, 2, 3], ["y"])));
        Assert.Contains("Label 3 of example 1 names none of the 3", Refused(() => NumberDataset.Classification(new(2), s_rows, [0, 3, 1], ["a", "b", "c"])));
        Assert.Contains("Target 0.5 of example 1", Refused(() => NumberDataset.MultiLabel(new(2), s_rows, [1, 0, 0.5f, 0, 0, 0], ["a", "b"])));
        Assert.Contains("2 classes, not 3", Refused(() => NumberDataset.Binary(new(2), s_rows, [0, 1, 1], ["a", "b", "c"])));
        Assert.Contains("Number 1 of the input of example 2 is NaN", Refused(() => NumberDataset.Regression(new(2), [1, 2, 3, 4, 5, float.NaN], [1, 2, 3], ["y"])));
        Assert.Contains("target of example 1 is", Refused(() => NumberDataset.Regression(new(2), s_rows, [1, float.PositiveInfinity, 3], ["y"])));
    }

    private static string Refused(Func<NumberDataset> make) => Assert.Throws<ArgumentException>(make).Message;
}
