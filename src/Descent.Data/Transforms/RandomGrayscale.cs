namespace Descent;

/// <summary>Takes the colours out of images with a probability; they keep their channels.</summary>
/// <param name="probability">In [0, 1].</param>
public sealed class RandomGrayscale(double probability = 0.1) : PhotometricTransform
{
    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        if (from.Channels < 3 || !draw.Happens(probability))
        {
            return false;
        }

        for (int y = 0; y < from.Height; y++)
        {
            Luma.Write(from, y, to.Row(0, y));
            to.Row(0, y).CopyTo(to.Row(1, y));
            to.Row(0, y).CopyTo(to.Row(2, y));
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"gray:{Text(probability)}";
}
