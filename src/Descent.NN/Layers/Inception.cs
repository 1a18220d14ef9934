namespace Descent;

/// <summary>
/// Inception module: four branches of one input, put side by side in the channels. 1×1; 1×1 and 3×3; 1×1 and 3×3; maximum pooling and 1×1.
/// </summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → y (N, one + three + five + pool, H, W). The third branch was 5×5 in the paper; the published networks of
/// the field, whose state names these are, have 3×3 there.
/// Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, figure 2b.
/// </remarks>
/// <param name="inChannels">Channels of the input.</param>
/// <param name="one">Channels of the first branch.</param>
/// <param name="threeReduced">Channels before the second branch's 3×3.</param>
/// <param name="three">Channels of the second branch.</param>
/// <param name="fiveReduced">Channels before the third branch's 3×3.</param>
/// <param name="five">Channels of the third branch.</param>
/// <param name="pool">Channels of the fourth branch.</param>
/// <param name="rng">What the initial values are drawn from.</param>
public sealed partial class Inception(
    int inChannels, int one, int threeReduced, int three, int fiveReduced, int five, int pool, Rng rng) : Layer
{
    /// <summary>1×1.</summary>
    public BasicConv2d Branch1 { get; } = new(inChannels, one, kernel: 1, rng);

    /// <summary>1×1, then 3×3.</summary>
    public Sequential Branch2 { get; } = Reduced(inChannels, threeReduced, three, rng);

    /// <summary>1×1, then 3×3.</summary>
    public Sequential Branch3 { get; } = Reduced(inChannels, fiveReduced, five, rng);

    /// <summary>Maximum of 3×3, then 1×1.</summary>
    public Sequential Branch4 { get; } =
        new(new MaxPool2d(3, stride: 1, padding: 1), new BasicConv2d(inChannels, pool, kernel: 1, rng));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) =>
        Tensor.Concat(1, Branch1.Forward(x), Branch2.Forward(x), Branch3.Forward(x), Branch4.Forward(x));

    private static Sequential Reduced(int inChannels, int reduced, int outChannels, Rng rng) => new(
        new BasicConv2d(inChannels, reduced, kernel: 1, rng), new BasicConv2d(reduced, outChannels, kernel: 3, rng, padding: 1));
}
