namespace Descent;

/// <summary>
/// Dilated context network for the class of every pixel: convolutions at full size whose dilation grows, so that each pixel sees 67×67 others
/// although nothing is pooled.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W), any H and W → logits (N, classes, H, W). The dilations are 1, 1, 2, 4, 8, 16, 1, then a 1×1 convolution.
/// Init: He normal; the scores as <see cref="Conv2d"/>.
/// Yu and Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", ICLR 2016, table 1: its context module on images, with batch
/// normalisation.
/// </remarks>
/// <param name="channels">Of the images.</param>
/// <param name="classes">Of the pixels.</param>
/// <param name="rng">What the initial values are drawn from.</param>
/// <param name="width">Channels of every layer.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class ContextNet(int channels, int classes, Rng rng, int width = 24) : Layer
{
    private static readonly int[] s_dilations = [1, 1, 2, 4, 8, 16, 1];

    /// <summary>The dilated convolutions.</summary>
    public Sequential Context { get; } =
        new([.. s_dilations.SelectMany((dilation, i) => NormedConv.Of(i == 0 ? channels : width, width, rng, dilation))]);

    /// <summary>Of each pixel.</summary>
    public Conv2d Score { get; } = new(width, classes, kernel: 1, rng);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Score.Forward(Context.Forward(x));
}
