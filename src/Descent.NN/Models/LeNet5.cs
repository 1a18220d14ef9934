namespace Descent;

/// <summary>
/// LeNet-5 for 28×28 images of one channel: two convolutions with pooling, three affine layers; 61,706 parameters for 10 classes.
/// </summary>
/// <remarks>
/// Shapes: x (N, 1, 28, 28) → logits (N, classes). Convolution 1→6, 5×5, padding 2; pool 2; convolution 6→16, 5×5; pool 2; affine
/// 400–120–84–classes.
/// ReLU and maximum pooling, as the network is used today; with <c>tanh</c> and <c>averagePooling</c> nearer to the paper, whose averages
/// had a trained factor.
/// LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", Proceedings of the IEEE, 1998.
/// </remarks>
public sealed partial class LeNet5(Rng rng, int classes = 10, bool tanh = false, bool averagePooling = false) : Layer, IFeatureExtractor
{
    /// <summary>6 filters of 5×5.</summary>
    public Conv2d Conv1 { get; } = new(1, 6, kernel: 5, rng, padding: 2);

    /// <summary>16 filters of 6×5×5.</summary>
    public Conv2d Conv2 { get; } = new(6, 16, kernel: 5, rng);

    /// <summary>400 → 120.</summary>
    public Linear Fc1 { get; } = new(16 * 5 * 5, 120, rng);

    /// <summary>120 → 84.</summary>
    public Linear Fc2 { get; } = new(120, 84, rng);

    /// <summary>84 → classes.</summary>
    public Linear Fc3 { get; } = new(84, classes, rng);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Fc3.Forward(ForwardFeatures(x));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x)
    {
        x = Pool(Activate(Conv1.Forward(x)));
        x = Pool(Activate(Conv2.Forward(x))).Flatten();
        x = Activate(Fc1.Forward(x));
        return Activate(Fc2.Forward(x));
    }

    private Tensor Activate(Tensor x) => tanh ? x.Tanh() : x.Relu();

    private Tensor Pool(Tensor x) => averagePooling ? x.AvgPool2d(2) : x.MaxPool2d(2);
}
