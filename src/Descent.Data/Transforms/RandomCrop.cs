namespace Descent;

/// <summary>Pads images on all sides and cuts a part of the old size out of them: shifts them by up to <paramref name="padding"/> pixels.</summary>
/// <param name="padding">Pixels on each side, below the size of the images where they are mirrored.</param>
/// <param name="reflect">True: the padding mirrors the image; false: it is black.</param>
/// <remarks>The usual augmentation of CIFAR: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2, with 4 pixels.</remarks>
public sealed class RandomCrop(int padding, bool reflect = false) : GeometricTransform
{
    /// <inheritdoc/>
    protected override bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw)
    {
        int top = draw.Next((2 * padding) + 1) - padding, left = draw.Next((2 * padding) + 1) - padding;
        if (top == 0 && left == 0)
        {
            return false;
        }

        if (reflect && padding < Math.Min(from.Height, from.Width))
        {
            Window.CopyReflected(from, to, top, left);
        }
        else
        {
            Window.Copy(from, to, top, left, outside);
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(reflect ? "reflect-crop" : "crop")}:{padding}";
}
