namespace Descent;

/// <summary>A change of what pixels are worth and not of where they stand: their classes stay, also under a hole.</summary>
public abstract class PhotometricTransform : Transform
{
    /// <inheritdoc/>
    public sealed override bool ApplyToLabels(Planes from, Planes to, ref TransformDraw draw) => false;
}
