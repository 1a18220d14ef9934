namespace Descent;

/// <summary>The samples of an image that is written, a row of units at a time.</summary>
/// <remarks>As the reference implementation pads: to the right by the last pixel, downward by the last row of each component.</remarks>
internal sealed class JpegInput
{
    private readonly Image _image;
    private readonly byte[][] _samples;
    // Cb and Cr of two rows at full width, where they are halved.
    private readonly byte[][] _full;
    private readonly int _stride;

    public JpegInput(Image image, bool halfColor)
    {
        _image = image.WithChannels(image.Channels < 3 ? 1 : 3);
        Components = _image.Channels;
        Halves = halfColor && Components > 1;
        int side = JpegBlock.Side * Sampling(0);
        UnitsAcross = JpegFrame.Quotient(image.Width, side);
        UnitsDown = JpegFrame.Quotient(image.Height, side);
        _stride = JpegUpsampling.Padded(UnitsAcross * side);
        _samples = [.. Enumerable.Range(0, Components).Select(_ => new byte[_stride * side])];
        _full = [.. Enumerable.Range(0, Halves ? 4 : 0).Select(_ => new byte[_stride])];
    }

    public int Components { get; }

    public int UnitsAcross { get; }

    public int UnitsDown { get; }

    private bool Halves { get; }

    /// <summary>Blocks across and down of a component in a unit.</summary>
    public int Sampling(int c) => Halves && c == 0 ? 2 : 1;

    /// <summary>Blocks that hold samples.</summary>
    public int BlocksAcross(int c) => JpegFrame.Quotient(Size(c, _image.Width), JpegBlock.Side);

    /// <inheritdoc cref="BlocksAcross"/>
    public int BlocksDown(int c) => JpegFrame.Quotient(Size(c, _image.Height), JpegBlock.Side);

    /// <summary>The samples of a block, from its first one on.</summary>
    public ReadOnlySpan<byte> Samples(int c, int row, int column, out int stride)
    {
        stride = _stride;
        return _samples[c].AsSpan(row * JpegBlock.Side * _stride + column * JpegBlock.Side);
    }

    /// <summary>Makes samples of a row of units.</summary>
    public void Read(int unitRow)
    {
        int side = JpegBlock.Side * Sampling(0), rows = Math.Min(side, _image.Height - unitRow * side);
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> pixels = _image.Pixels.AsSpan((unitRow * side + y) * _image.Width * Components, _image.Width * Components);
            Span<byte> luma = Row(0, y);
            if (Components == 1)
            {
                pixels.CopyTo(luma);
                Pad(luma);
                continue;
            }

            Span<byte> cb = Halves ? _full[y % 2] : Row(1, y), cr = Halves ? _full[2 + y % 2] : Row(2, y);
            JpegColorConversion.RgbToYCbCr(pixels, luma, cb, cr);
            Pad(luma);
            Pad(cb);
            Pad(cr);
            if (Halves && (y % 2 == 1 || y == rows - 1))
            {
                // Of an odd number of rows the last stands for two.
                JpegSubsampling.Halve(_full[0], _full[y % 2], Row(1, y / 2));
                JpegSubsampling.Halve(_full[2], _full[2 + y % 2], Row(2, y / 2));
            }
        }

        for (int c = 0; c < Components; c++)
        {
            for (int y = Size(c, rows); y < JpegBlock.Side * Sampling(c); y++)
            {
                Row(c, y - 1).CopyTo(Row(c, y));
            }
        }
    }

    private int Size(int c, int pixels) => Halves && c > 0 ? JpegFrame.Quotient(pixels, 2) : pixels;

    private Span<byte> Row(int c, int y) => _samples[c].AsSpan(y * _stride, _stride);

    private void Pad(Span<byte> row) => row[_image.Width..].Fill(row[_image.Width - 1]);
}
