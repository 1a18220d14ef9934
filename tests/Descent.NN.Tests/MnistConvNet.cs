namespace Descent.Tests;

/// <summary>The network of the published weights for MNIST.</summary>
internal sealed partial class MnistConvNet(Rng rng) : Layer
{
    public Conv2d Conv1 { get; } = new(1, 8, kernel: 3, rng);

    public Conv2d Conv2 { get; } = new(8, 16, kernel: 3, rng);

    public Conv2d Conv3 { get; } = new(16, 24, kernel: 3, rng);

    public BatchNorm2d Norm1 { get; } = new(24);

    public Linear Fc1 { get; } = new(24 * 22 * 22, 32, rng);

    public Linear Fc2 { get; } = new(32, 10, rng);

    public BatchNorm1d Norm2 { get; } = new(10);

    public override Tensor Forward(Tensor x)
    {
        x = Conv2.Forward(Conv1.Forward(x).Relu()).Relu();
        x = Norm1.Forward(Conv3.Forward(x).Relu()).Flatten();
        return Norm2.Forward(Fc2.Forward(Fc1.Forward(x).Relu()));
    }
}
