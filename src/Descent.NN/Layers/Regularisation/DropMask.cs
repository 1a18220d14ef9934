namespace Descent;

/// <summary>Draws what is kept: each element of a mask with the probability 1 − p, which stands for all that it broadcasts to.</summary>
internal sealed class DropMask(double probability, Rng rng)
{
    private readonly double _keep = 1 - Require.Fraction(probability);
    private readonly Rng _stream = rng.Stream("dropout");

    /// <summary>x·keep / (1 − p).</summary>
    public Tensor Scaled(Tensor x, Shape mask) => _keep < 1 ? x * (Draw(x, mask) / _keep) : x;

    /// <summary>x·keep.</summary>
    public Tensor Unscaled(Tensor x, Shape mask) => _keep < 1 ? x * Draw(x, mask) : x;

    /// <summary>A mask whose first axes are those of x and that stands for all elements behind them: (N, C) → (N, C, 1, …).</summary>
    public static Shape OfFirstAxes(Tensor x, int axes) => new([.. x.Shape.Sizes[..axes], .. Enumerable.Repeat(1, x.Rank - axes)]);

    private Tensor Draw(Tensor x, Shape mask) => _stream.Bernoulli(mask, _keep).To(x.DType);
}
