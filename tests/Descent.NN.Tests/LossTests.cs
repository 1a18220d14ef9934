namespace Descent.Tests;

public class LossTests
{
    [Fact]
    public void Cross_entropy_of_uniform_logits_is_the_logarithm_of_the_classes() =>
        Assert.Equal(Math.Log(10), Loss.CrossEntropy(Tensor.Zeros(new(5, 10)), Tensor.From<int>([0, 3, 9, 1, 1], new(5))).Item(), 1e-6);

    [Fact]
    public void Mean_squared_error_refuses_to_broadcast() =>
        Assert.Throws<ShapeException>(() => Loss.MeanSquaredError(Tensor.Ones(new(4, 1)), Tensor.Ones(new(4))));

    /// <summary>Scores of ±10⁴ and targets of both kinds, right and wrong.</summary>
    public static TheoryData<string, Func<Tensor, Tensor, Tensor, Tensor>> OfLogits { get; } = new()
    {
        { "cross-entropy", (x, labels, _) => Loss.CrossEntropy(x, labels) },
        { "smoothed", (x, labels, _) => Loss.CrossEntropy(x, labels, 0.1) },
        { "weighted", (x, labels, _) => Loss.CrossEntropy(x, labels, 0.1, weights: Tensor.Ones(new(3))) },
        { "probabilities", (x, _, t) => Loss.CrossEntropy(x, t) },
        { "negative log-likelihood", (x, labels, _) => Loss.NegativeLogLikelihood(x.LogSoftmax(1), labels) },
        { "binary", (x, _, t) => Loss.BinaryCrossEntropyWithLogits(x, t) },
        { "binary of a sigmoid", (x, _, t) => Loss.BinaryCrossEntropy(x.Sigmoid(), t) },
        { "focal", (x, _, t) => Loss.Focal(x, t) },
        { "focal, root", (x, _, t) => Loss.Focal(x, t, gamma: 0.5) },
        { "focal, without factor", (x, _, t) => Loss.Focal(x, t, gamma: 0) },
        { "kullback-leibler", (x, _, t) => Loss.KullbackLeibler(x.LogSoftmax(1), t) },
        { "dice", (x, _, t) => Loss.Dice(x.Sigmoid(), t) },
        { "binary hinge", (x, _, t) => Loss.BinaryHinge(x, (t * 2) - 1) },
        { "multiclass hinge", (x, labels, _) => Loss.MulticlassHinge(x, labels, squared: true) },
        { "huber", (x, _, t) => Loss.Huber(x, t) },
        { "euclidean", (x, _, t) => Loss.Euclidean(x, t) },
    };

    [Theory]
    [MemberData(nameof(OfLogits))]
    public void Losses_and_gradients_are_finite_for_large_logits(string name, Func<Tensor, Tensor, Tensor, Tensor> loss)
    {
        var logits = new Parameter(Tensor.From<float>([1e4f, -1e4f, 0, -1e4f, 1e4f, 1e4f, 0, 0, -1e4f, 1e4f, 1e4f, 1e4f], new(4, 3)));
        Tensor labels = Tensor.From<int>([0, 0, 2, 1], new(4));
        Tensor y = loss(logits, labels, labels.OneHot(3));
        Assert.True(double.IsFinite(y.Item()), name);
        Assert.All(y.Backward()[logits].ToArray<float>(), dx => Assert.True(float.IsFinite(dx), name));
    }

    [Fact]
    public void Losses_have_the_values_that_can_be_said_by_hand()
    {
        Tensor labels = Tensor.From<int>([2, 0], new(2)), scores = Tensor.From<float>([3.2f, 5.1f, -1.7f, 1, 1, 1], new(2, 3));
        float[] hinge = Loss.MulticlassHinge(scores, labels, reduction: LossReduction.None).ToArray<float>();
        Assert.Equal((3.2 + 1.7 + 1) + (5.1 + 1.7 + 1), hinge[0], 1e-5);
        Assert.Equal(2, hinge[1], 1e-6);
        Assert.Equal(Math.Log(2), Loss.BinaryCrossEntropyWithLogits(Tensor.Zeros(new(4)), Tensor.Ones(new(4))).Item(), 1e-6);

        // Where the loss is small no digits are lost: ln(1 + e⁻²⁰) = e⁻²⁰.
        Assert.Equal(1, Loss.BinaryCrossEntropyWithLogits(Tensor.Full(20, new(1)), Tensor.Ones(new(1))).Item() / Math.Exp(-20), 1e-5);
        Tensor p = Tensor.From<float>([0, 1, 0.25f, 0.75f], new(2, 2));
        Assert.Equal(0, Loss.KullbackLeibler(p.Max(1e-30).Log(), p).Item(), 1e-6);
        Assert.Equal(0, Loss.Dice(Tensor.Zeros(new(2, 3)), Tensor.Zeros(new(2, 3))).Item());
        Assert.Equal(85.2, Loss.BinaryCrossEntropy(Tensor.Zeros(new(1)), Tensor.Ones(new(1))).Item(), 0.01);
    }

    [Fact]
    public void An_ignored_label_may_be_a_number_that_the_labels_type_does_not_have()
    {
        Tensor logits = NetworkReference.Noise(new(4, 3), 0), weights = Tensor.From<float>([1, 2, 3], new(3));
        Tensor bytes = Tensor.From<byte>([0, 255, 1, 156], new(4)), few = Tensor.From<byte>([0, 2, 1, 1], new(4));
        double Of(Tensor labels, long? ignored, Tensor? w) => Loss.CrossEntropy(logits, labels, weights: w, ignoreIndex: ignored).Item();
        foreach (Tensor? w in (Tensor?[])[null, weights])
        {
            // −100 in a byte would be 156.
            Assert.Equal(Of(few, null, w), Of(few, -100, w), 1e-6);
            Assert.Throws<IndexException>(() => Of(bytes, -100, w));
            Tensor two = Tensor.From<byte>([0, 255, 1, 255], new(4)), picked = Tensor.From<byte>([0, 1], new(2));
            Tensor rows = Tensor.Concat(0, logits.Narrow(0, 0, 1), logits.Narrow(0, 2, 1));
            Assert.Equal(Loss.CrossEntropy(rows, picked, weights: w).Item(), Of(two, 255, w), 1e-6);
        }
    }

    [Fact]
    public void Rows_with_an_ignored_label_are_as_if_they_were_not_there()
    {
        Tensor scores = NetworkReference.Noise(new(4, 3), 0), labels = Tensor.From<int>([0, 255, 1, 255], new(4));
        Tensor rows = Tensor.Concat(0, scores.Narrow(0, 0, 1), scores.Narrow(0, 2, 1)), few = Tensor.From<int>([0, 1], new(2));
        foreach (LossReduction by in (LossReduction[])[LossReduction.Mean, LossReduction.Sum])
        {
            Assert.Equal(
                Loss.MulticlassHinge(rows, few, 0.7, squared: true, by).Item(),
                Loss.MulticlassHinge(scores, labels, 0.7, squared: true, by, ignoreIndex: 255).Item(), 1e-6);
        }

        Assert.Equal([0f, 0f], [.. Loss.MulticlassHinge(scores, labels, reduction: LossReduction.None, ignoreIndex: 255).ToArray<float>().Where((_, i) => i % 2 == 1)]);
    }

    [Fact]
    public void The_mean_over_no_row_is_0_and_moves_nothing()
    {
        var scores = new Parameter(NetworkReference.Noise(new(2, 3), 0));
        Tensor labels = Tensor.From<int>([255, 255], new(2)), weights = Tensor.From<float>([1, 2, 3], new(3));
        Tensor[] losses =
        [
            Loss.CrossEntropy(scores, labels, ignoreIndex: 255),
            Loss.CrossEntropy(scores, labels, weights: weights, ignoreIndex: 255),
            Loss.CrossEntropy(scores, labels, 0.1, weights: weights, ignoreIndex: 255),
            Loss.MulticlassHinge(scores, labels, ignoreIndex: 255),
        ];
        foreach (Tensor loss in losses)
        {
            Assert.Equal(0, loss.Item());
            Assert.All(loss.Backward()[scores].ToArray<float>(), dx => Assert.Equal(0, dx));
        }
    }

    [Fact]
    public void Wrong_targets_are_refused_by_name()
    {
        Tensor x = Tensor.Ones(new(4, 3)), labels = Tensor.From<int>([0, 1, 2, 0], new(4));
        Refuses("l1", () => Loss.L1(x, Tensor.Ones(new(4, 1))));
        Refuses("multiclass-hinge", () => Loss.MulticlassHinge(x, x));
        Refuses("(3), one for each class", () => Loss.CrossEntropy(x, labels, weights: Tensor.Ones(new(4))));
        Refuses("(3), one for each class", () => Loss.CrossEntropy(x, labels, 0.1, weights: Tensor.Ones(new(4))));
        Refuses("(3), one for each class", () => Loss.CrossEntropy(x, x, weights: Tensor.Ones(new(4))));
        Refuses("negative-log-likelihood", () => Loss.NegativeLogLikelihood(x, Tensor.From<int>([0], new(1))));
        Refuses("dice", () => Loss.Dice(Tensor.Ones(Shape.Scalar), Tensor.Ones(Shape.Scalar)));
        Assert.Throws<ArgumentException>(() => Loss.CrossEntropy(x, x, ignoreIndex: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.CrossEntropy(x, x, labelSmoothing: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Huber(x, x, delta: 0));

        static void Refuses(string message, Func<Tensor> loss) => Assert.Contains(message, Assert.Throws<ShapeException>(loss).Message);
    }

    [Fact]
    public void Accuracy_counts_the_rows_whose_largest_logit_is_the_label()
    {
        Tensor logits = Tensor.From<float>([1, 2, 3, 3, 2, 1, 1, 3, 2, 0, 0, 1], new(4, 3));
        Tensor labels = Tensor.From<int>([2, 1, 1, 2], new(4));
        Assert.Equal(0.75, Metrics.Accuracy(logits, labels).Item());
        Assert.Equal(3, Metrics.CorrectCount(logits, labels).Item());
        Assert.Throws<ShapeException>(() => Metrics.Accuracy(logits, Tensor.From<int>([1], new(1))));
    }
}
