namespace Descent;

/// <summary>Mirrors images, left for right, with a probability.</summary>
/// <param name="probability">In [0, 1].</param>
public sealed class RandomHorizontalFlip(double probability = 0.5) : RandomFlip(probability)
{
    private protected override string Name => "flip";

    private protected override void WriteRow(Planes from, int channel, int y, Span<byte> row)
    {
        from.Row(channel, y).CopyTo(row);
        row.Reverse();
    }
}
