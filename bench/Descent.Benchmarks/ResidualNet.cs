extern alias nn;

namespace Descent.Benchmarks;

using Conv2d = nn::Descent.Conv2d;

/// <summary>Twenty layers with residual connections: what the planner's memory and time are judged by.</summary>
internal sealed partial class ResidualNet(Rng rng) : Layer
{
    public Conv2d Stem { get; } = new(3, 16, kernel: 3, rng, padding: 1);

    public ResidualBlock[] Blocks { get; } =
    [
        new(16, 16, 1, rng), new(16, 16, 1, rng), new(16, 16, 1, rng),
        new(16, 32, 2, rng), new(32, 32, 1, rng), new(32, 32, 1, rng),
        new(32, 64, 2, rng), new(64, 64, 1, rng), new(64, 64, 1, rng),
    ];

    public Linear Head { get; } = new(64, 10, rng);

    public override Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Relu();
        foreach (ResidualBlock block in Blocks)
        {
            x = block.Forward(x);
        }

        return Head.Forward(x.Mean([2, 3]));
    }
}

/// <summary><c>y = relu(F(x) + shortcut(x))</c>. He et al. 2015, figure 5 left.</summary>
internal sealed partial class ResidualBlock(int inChannels, int channels, int stride, Rng rng) : Layer
{
    public Conv2d Conv1 { get; } = new(inChannels, channels, kernel: 3, rng, stride, padding: 1);

    public BatchNorm2d Norm1 { get; } = new(channels, device: rng.Device);

    public Conv2d Conv2 { get; } = new(channels, channels, kernel: 3, rng, padding: 1);

    public BatchNorm2d Norm2 { get; } = new(channels, device: rng.Device);

    public Conv2d? Shortcut { get; } = stride == 1 && inChannels == channels ? null : new(inChannels, channels, kernel: 1, rng, stride);

    public override Tensor Forward(Tensor x)
    {
        Tensor y = Norm1.Forward(Conv1.Forward(x)).Relu();
        y = Norm2.Forward(Conv2.Forward(y));
        return (y + (Shortcut?.Forward(x) ?? x)).Relu();
    }
}
