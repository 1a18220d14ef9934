namespace Descent.Tests;

public class LossTests
{
    [Fact]
    public void Cross_entropy_of_uniform_logits_is_the_logarithm_of_the_classes() =>
        Assert.Equal(Math.Log(10), Loss.CrossEntropy(Tensor.Zeros(new(5, 10)), Tensor.From<int>([0, 3, 9, 1, 1], new(5))).Item(), 1e-6);

    [Fact]
    public void Mean_squared_error_refuses_to_broadcast() =>
        Assert.Throws<ShapeException>(() => Loss.MeanSquaredError(Tensor.Ones(new(4, 1)), Tensor.Ones(new(4))));

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
