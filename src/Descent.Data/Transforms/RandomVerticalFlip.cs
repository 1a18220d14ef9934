namespace Descent;

/// <summary>Turns images upside down, as a mirror does, with a probability.</summary>
/// <param name="probability">In [0, 1].</param>
public sealed class RandomVerticalFlip(double probability = 0.5) : RandomFlip(probability)
{
    private protected override string Name => "vflip";

    private protected override void WriteRow(Planes from, int channel, int y, Span<byte> row) =>
        from.Row(channel, from.Height - 1 - y).CopyTo(row);
}
