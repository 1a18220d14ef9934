namespace Descent;

/// <summary>Adds normal noise in training: <c>y = x + σ·z</c>. In evaluation <c>y = x</c>.</summary>
/// <remarks>
/// Shapes: any → same. Every forward pass draws anew. On inputs it is, to second order, a penalty on the slope of the network.
/// Bishop, "Training with Noise is Equivalent to Tikhonov Regularization", Neural Computation, 1995.
/// </remarks>
/// <param name="deviation">σ, at least 0.</param>
/// <param name="rng">Its stream <c>noise</c> is drawn from, so that noise does not disturb other draws.</param>
/// <exception cref="ArgumentOutOfRangeException">The deviation is negative.</exception>
public sealed partial class GaussianNoise(double deviation, Rng rng) : Layer
{
    private readonly double _deviation = deviation >= 0
        ? deviation
        : throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "A deviation is at least 0.");

    private readonly Rng _stream = rng.Stream("noise");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => IsTraining && _deviation > 0 ? x + _stream.Normal(x.Shape, 0, _deviation, x.DType) : x;
}
