namespace Descent;

/// <summary>Rotates images around their middle by an angle from [−degrees, degrees]; what comes from outside is black.</summary>
/// <param name="degrees">At least 0.</param>
/// <param name="resampling">Nearest or bilinear.</param>
public sealed class RandomRotation(double degrees, Resampling resampling = Resampling.Bilinear) : Transform
{
    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        new AffineMap(draw.Uniform(-degrees, degrees)).Run(from, to, resampling);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"rotate:{Text(degrees)}";
}
