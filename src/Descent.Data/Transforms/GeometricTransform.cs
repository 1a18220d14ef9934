namespace Descent;

/// <summary>A change of where pixels stand: their classes move with them.</summary>
/// <param name="resampling">How pixels between pixels are made; classes are always those of the nearest pixel.</param>
public abstract class GeometricTransform(Resampling resampling = Resampling.Bilinear) : Transform
{
    /// <inheritdoc/>
    public sealed override bool Apply(Planes from, Planes to, ref TransformDraw draw) => Move(from, to, resampling, outside: 0, ref draw);

    /// <inheritdoc/>
    public sealed override bool ApplyToLabels(Planes from, Planes to, ref TransformDraw draw) =>
        Move(from, to, Resampling.Nearest, Augmentation.IgnoreIndex, ref draw);

    /// <summary>Writes the moved pixels. What is drawn depends on the image's height and width alone.</summary>
    /// <param name="from">Read, never written.</param>
    /// <param name="to">Other memory; all of it is written.</param>
    /// <param name="resampling">How pixels between pixels are made.</param>
    /// <param name="outside">What stands outside of the image.</param>
    /// <param name="draw">Where chance comes from.</param>
    /// <returns>False where all pixels stay where they are: then nothing was written.</returns>
    protected abstract bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw);
}
