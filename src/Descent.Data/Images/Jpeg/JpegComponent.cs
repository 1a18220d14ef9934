namespace Descent;

/// <summary>One component of a frame: its sampling, and what decoding it needs.</summary>
internal sealed class JpegComponent(int index, byte id, int horizontal, int vertical, int quantizationSlot)
{
    /// <summary>Its place in the frame.</summary>
    public int Index { get; } = index;

    public byte Id { get; } = id;

    /// <summary>Sampling factors, 1 to 4: blocks across and down in a unit of all components.</summary>
    public int Horizontal { get; } = horizontal;

    /// <inheritdoc cref="Horizontal"/>
    public int Vertical { get; } = vertical;

    public int QuantizationSlot { get; } = quantizationSlot;

    /// <summary>Samples that count across; the blocks hold up to a unit more.</summary>
    public int Width { get; set; }

    /// <summary>Samples that count down.</summary>
    public int Height { get; set; }

    /// <summary>Blocks across of whole units.</summary>
    public int BlocksAcross { get; set; }

    /// <summary>Blocks down of whole units.</summary>
    public int BlocksDown { get; set; }

    /// <summary>Steps of the coefficients, lying as the block does; those that stood when the component's first scan began.</summary>
    public short[]? Quantization { get; set; }

    /// <summary>Codes of the scan that is read.</summary>
    public JpegHuffmanTable? Dc { get; set; }

    /// <inheritdoc cref="Dc"/>
    public JpegHuffmanTable? Ac { get; set; }

    /// <summary>The constant coefficient of the last block.</summary>
    public int Prediction;

    /// <summary>All blocks, row by row, each as <see cref="JpegBlock.Reversed"/> says; null where each is transformed as soon as it is read.</summary>
    public short[]? Coefficients { get; set; }

    public Span<short> Block(int row, int column) =>
        Coefficients.AsSpan((row * BlocksAcross + column) * JpegBlock.Size, JpegBlock.Size);
}
