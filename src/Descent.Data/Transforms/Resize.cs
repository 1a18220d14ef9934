namespace Descent;

/// <summary>Scales images to a size.</summary>
/// <param name="height">Rows of the result.</param>
/// <param name="width">Columns of the result.</param>
/// <param name="resampling">Antialiased where it is not nearest.</param>
/// <remarks>Agrees with Pillow to the byte.</remarks>
public sealed class Resize(int height, int width, Resampling resampling = Resampling.Bilinear) : GeometricTransform(resampling)
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape image) => new(image[0], height, width);

    /// <inheritdoc/>
    protected override bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw)
    {
        if (from.Height == height && from.Width == width)
        {
            return false;
        }

        Resampler.Run(from, to, resampling);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"resize:{height}x{width}";
}
