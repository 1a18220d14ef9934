namespace Descent.Tests;

public class LeNet5Tests
{
    [Fact]
    public void Logits_gradients_and_ten_steps_equal_the_reference()
    {
        LeNet5 net = Reference.Fill(new LeNet5(new Rng(1)), 0.1);
        Tensor images = Reference.Fill(new(3, 1, 28, 28), 0.1), labels = Tensor.From<int>([3, 1, 4], new(3));
        Reference.Equal(Reference.Values("lenet5", "logits"), net.Forward(images), 1e-5);
        Gradients gradients = Loss.CrossEntropy(net.Forward(images), labels).Backward();
        float[] norms = [.. gradients.All.Select(g => (float)g.Gradient.Square().Sum().Sqrt().Item())];
        Reference.Equal(Reference.Values("lenet5", "gradient_norms"), norms, 1e-5);

        var optimizer = new Sgd(net.Parameters(), 0.05, momentum: 0.9);
        float[] losses = new float[10];
        for (int step = 0; step < losses.Length; step++)
        {
            losses[step] = (float)optimizer.Step(Loss.CrossEntropy(net.Forward(images), labels).Backward()).Item();
        }

        Reference.Equal(Reference.Values("lenet5", "losses"), losses, 1e-4);
    }

    [Fact]
    public void One_batch_is_learnt_by_heart()
    {
        var rng = new Rng(1);
        var net = new LeNet5(rng);
        (ImageDataset train, _) = Digits.Load(rng, 20, 1);
        var optimizer = new Adam(net.Parameters(), 3e-3);
        foreach ((Tensor images, Tensor labels) in train.InOrder(20))
        {
            for (int step = 0; step < 60; step++)
            {
                optimizer.Step(Loss.CrossEntropy(net.Forward(images), labels).Backward());
            }
        }

        Assert.Equal(1, net.Eval().Accuracy(train));
    }
}
