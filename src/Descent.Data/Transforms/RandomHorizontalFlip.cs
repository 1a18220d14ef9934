namespace Descent;

/// <summary>Mirrors images, left for right, with a probability.</summary>
/// <param name="probability">In [0, 1].</param>
public sealed class RandomHorizontalFlip(double probability = 0.5) : Transform
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
                from.Row(c, y).CopyTo(row);
                row.Reverse();
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"flip:{Text(probability)}";
}
