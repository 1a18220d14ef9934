namespace Descent;

/// <summary>Mirrors images with a probability: each row is made of one row.</summary>
public abstract class RandomFlip : GeometricTransform
{
    private readonly double _probability;

    private protected RandomFlip(double probability) => _probability = probability;

    /// <inheritdoc/>
    protected override bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw)
    {
        if (!draw.Happens(_probability))
        {
            return false;
        }

        for (int c = 0; c < from.Channels; c++)
        {
            for (int y = 0; y < from.Height; y++)
            {
                WriteRow(from, c, y, to.Row(c, y));
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Text(_probability)}";

    private protected abstract string Name { get; }

    private protected abstract void WriteRow(Planes from, int channel, int y, Span<byte> row);
}
