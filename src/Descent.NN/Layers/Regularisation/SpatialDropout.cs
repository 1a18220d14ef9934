namespace Descent;

/// <summary>
/// Dropout of whole channels: sets each with a probability p to 0 and scales the others by <c>1 / (1 − p)</c>. In evaluation <c>y = x</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, …) → same. Neighbouring pixels are so alike that dropping single ones hides nothing. PyTorch calls it Dropout2d.
/// Tompson et al., "Efficient Object Localization Using Convolutional Networks", CVPR 2015.
/// </remarks>
/// <param name="probability">p, in [0, 1).</param>
/// <param name="rng">Its stream <c>dropout</c> gives the masks.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability does not lie in [0, 1).</exception>
public sealed partial class SpatialDropout(double probability, Rng rng) : Layer
{
    private readonly DropMask _mask = new(probability, rng);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, C, …) with an axis behind the channels.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank < 3)
        {
            throw new ShapeException($"SpatialDropout: input must be (N, C, …) with an axis behind the channels, but it is {x.Type}.");
        }

        return IsTraining ? _mask.Scaled(x, DropMask.OfFirstAxes(x, 2)) : x;
    }
}
