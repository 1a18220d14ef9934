namespace Descent;

/// <summary>A change of images, of bytes to bytes: <c>to = f(from)</c>, by chance where it is an augmentation.</summary>
/// <remarks>
/// What it draws comes from the <see cref="TransformDraw"/> alone, so that an image is changed alike on any thread and in any order, and the classes
/// of its pixels with it. A transform has no state and serves several threads. Most are a <see cref="GeometricTransform"/> or a
/// <see cref="PhotometricTransform"/>.
/// </remarks>
public abstract class Transform
{
    /// <summary>Shape (C, H, W) of the result for images of a shape: mostly the same.</summary>
    public virtual Shape OutputShape(Shape image) => image;

    /// <summary>
    /// True where the result has the size that is wanted, whatever size the image has, and <see cref="Apply"/> always writes it. Of images that were
    /// scaled when they were loaded, the first such transform of an <see cref="Augmentation"/> gets the originals, as those before it do.
    /// </summary>
    public virtual bool TakesAnySize => false;

    /// <summary>Writes the changed image.</summary>
    /// <param name="from">Read, never written.</param>
    /// <param name="to">Other memory, of the shape that <see cref="OutputShape"/> gives; all of it is written.</param>
    /// <param name="draw">Where chance comes from.</param>
    /// <returns>False where the image stays as it is: then nothing was written.</returns>
    public abstract bool Apply(Planes from, Planes to, ref TransformDraw draw);

    /// <summary>
    /// Writes the classes of the pixels of an image that <see cref="Apply"/> changes by the same draws; a pixel that comes from outside of the image is
    /// of none, <see cref="Augmentation.IgnoreIndex"/>.
    /// </summary>
    /// <param name="from">One channel, read, never written.</param>
    /// <param name="to">Other memory, of the size of the changed image; all of it is written.</param>
    /// <param name="draw">The chance with which the image is changed, from its beginning.</param>
    /// <returns>False where the classes stay as they are: then nothing was written.</returns>
    public abstract bool ApplyToLabels(Planes from, Planes to, ref TransformDraw draw);

    /// <summary>The text that <see cref="Augmentation.Parse"/> reads back where it knows such a transform.</summary>
    public abstract override string ToString();

    /// <summary>A number as texts of transforms show it.</summary>
    private protected static string Text(double number) => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
