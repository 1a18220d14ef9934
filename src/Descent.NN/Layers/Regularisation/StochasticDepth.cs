namespace Descent;

/// <summary>
/// Drops a residual branch for whole samples: <c>y = branch·keep / (1 − p)</c>, one draw for each sample. In evaluation <c>y = branch</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, …) → same. It belongs at the end of the branch, before the sum: <c>x + depth.Forward(branch.Forward(x))</c>. Scaled in
/// training as torchvision, where the paper scales in evaluation; a depth that grows from 0 to p over the blocks works best.
/// Huang et al., "Deep Networks with Stochastic Depth", ECCV 2016.
/// </remarks>
/// <param name="probability">p, in [0, 1).</param>
/// <param name="rng">Its stream <c>dropout</c> gives the masks.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability does not lie in [0, 1).</exception>
public sealed partial class StochasticDepth(double probability, Rng rng) : Layer
{
    private readonly DropMask _mask = new(probability, rng);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has no axis of samples.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank < 1)
        {
            throw new ShapeException($"StochasticDepth: input must be (N, …), but it is {x.Type}.");
        }

        return IsTraining ? _mask.Scaled(x, DropMask.OfFirstAxes(x, 1)) : x;
    }
}
