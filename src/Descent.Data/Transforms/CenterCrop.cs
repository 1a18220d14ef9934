namespace Descent;

/// <summary>Cuts the middle out of images; where they are smaller, black comes around them.</summary>
/// <param name="height">Rows of the result.</param>
/// <param name="width">Columns of the result.</param>
public sealed class CenterCrop(int height, int width) : GeometricTransform
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

        Window.Copy(from, to, Middle(from.Height, height), Middle(from.Width, width), outside);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"center-crop:{height}x{width}";

    /// <summary>Where a part begins so that it lies in the middle; halves as torchvision rounds them, who pads the smaller half first.</summary>
    internal static int Middle(int whole, int part) => whole >= part ? (int)Math.Round((whole - part) / 2.0) : -((part - whole) / 2);
}
