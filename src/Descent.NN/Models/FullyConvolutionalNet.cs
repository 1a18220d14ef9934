namespace Descent;

/// <summary>
/// Fully convolutional network for the class of every pixel: three stages of convolutions with pooling between them, scores of each, and the
/// coarse scores drawn larger and added to the finer ones.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W), any H and W from 4 on → logits (N, classes, H, W). Scores are drawn larger bilinearly.
/// Init: He normal; the scores as <see cref="Conv2d"/>.
/// Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015: its skips (FCN-8s) on a small trunk with
/// batch normalisation.
/// </remarks>
/// <param name="channels">Of the images.</param>
/// <param name="classes">Of the pixels.</param>
/// <param name="rng">What the initial values are drawn from.</param>
/// <param name="width">Channels at full size; twice and four times as many at half and a quarter.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class FullyConvolutionalNet(int channels, int classes, Rng rng, int width = 16) : Layer
{
    /// <summary>The least height and width, of which a quarter is left in the third stage.</summary>
    public const int SmallestImage = 4;

    private readonly MaxPool2d _pool = new(2, rounding: SizeRounding.Floor);

    /// <summary>At full size.</summary>
    public Sequential Stage1 { get; } = new([.. NormedConv.Of(channels, width, rng), .. NormedConv.Of(width, width, rng)]);

    /// <summary>At half the size.</summary>
    public Sequential Stage2 { get; } = new([.. NormedConv.Of(width, 2 * width, rng), .. NormedConv.Of(2 * width, 2 * width, rng)]);

    /// <summary>At a quarter of the size.</summary>
    public Sequential Stage3 { get; } = new([.. NormedConv.Of(2 * width, 4 * width, rng), .. NormedConv.Of(4 * width, 4 * width, rng)]);

    /// <summary>Of the first stage.</summary>
    public Conv2d Score1 { get; } = new(width, classes, kernel: 1, rng);

    /// <summary>Of the second stage.</summary>
    public Conv2d Score2 { get; } = new(2 * width, classes, kernel: 1, rng);

    /// <summary>Of the third stage.</summary>
    public Conv2d Score3 { get; } = new(4 * width, classes, kernel: 1, rng);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor full = Stage1.Forward(x), half = Stage2.Forward(_pool.Forward(full)), quarter = Stage3.Forward(_pool.Forward(half));
        Tensor y = Enlarged(Score3.Forward(quarter), half) + Score2.Forward(half);
        return Enlarged(y, full) + Score1.Forward(full);
    }

    private static Tensor Enlarged(Tensor scores, Tensor to) => scores.Interpolate(to.Shape.Sizes[2..], InterpolationMode.Linear);
}
