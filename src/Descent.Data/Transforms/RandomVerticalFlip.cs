namespace Descent;

/// <summary>Turns images upside down, as a mirror does, with a probability.</summary>
/// <param name="probability">In [0, 1].</param>
public sealed class RandomVerticalFlip(double probability = 0.5) : Transform
{
    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        if (!draw.Happens(probability))
        {
            return false;
        }

        for (int c = 0; c < from.Channels; c++)
        {
            for (int y = 0; y < from.Height; y++)
            {
                Span<byte> row = to.Row(c, y);
                from.Row(c, from.Height - 1 - y).CopyTo(row);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"vflip:{Text(probability)}";
}
