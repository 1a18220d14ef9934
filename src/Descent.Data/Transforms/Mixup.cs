namespace Descent;

/// <summary>Lays two images over each other: <c>λ·x[i] + (1 − λ)·x[i − 1]</c>, and their targets alike, with one λ from Beta(α, α) for a batch.</summary>
/// <param name="alpha">α, above 0.</param>
/// <remarks>Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.</remarks>
public sealed class Mixup(double alpha = 0.2) : BatchMix
{
    /// <inheritdoc/>
    public override void Apply(Span<float> images, Span<float> targets, int count, Shape shape, ref TransformDraw draw)
    {
        double lambda = BetaDistribution.Draw(alpha, ref draw);
        BlendRows(images, count, lambda);
        BlendRows(targets, count, lambda);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"mixup:{alpha}");
}
