namespace Descent;

/// <summary>
/// Local response normalisation: <c>y = x / (k + α/n · Σ x²)^β</c>, the sum over n neighbouring channels at the same place.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, …) → same. Channel c has the neighbours c − ⌊n/2⌋ … c + ⌊(n − 1)/2⌋, those outside count as 0. α is divided by n and
/// defaults are as PyTorch; the paper's α = 10⁻⁴ with n = 5, undivided, is <c>alpha: 5e-4</c> here, with <c>k: 2</c>.
/// Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", NIPS 2012, section 3.3.
/// </remarks>
/// <param name="size">n.</param>
/// <param name="alpha">α.</param>
/// <param name="beta">β.</param>
/// <param name="k">k, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">size is not above 0.</exception>
public sealed partial class LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double k = 1) : Layer
{
    private readonly int _size = Require.Positive(size);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has no axis of channels.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank < 2)
        {
            throw new ShapeException($"LocalResponseNorm: input must be (N, C, …), but it is {x.Type}.");
        }

        int[] before = new int[x.Rank], behind = new int[x.Rank];
        (before[1], behind[1]) = (_size / 2, (_size - 1) / 2);
        Tensor squares = x.Square().Pad(before, behind);
        Tensor sum = squares.Narrow(1, 0, x.Shape[1]);
        for (int i = 1; i < _size; i++)
        {
            sum += squares.Narrow(1, i, x.Shape[1]);
        }

        return x * ((sum * (alpha / _size)) + k).Pow(-beta);
    }
}
