namespace Descent;

/// <summary>An image, or a part of one, as bytes channel after channel, (C, H, W): what transforms read and write. Copies nothing.</summary>
public readonly ref struct Planes
{
    private readonly Span<byte> _pixels;
    private readonly int _planeStride;

    /// <summary>An image whose bytes lie without gaps.</summary>
    /// <exception cref="ArgumentException">The bytes are not those of such an image.</exception>
    public Planes(Span<byte> pixels, int channels, int height, int width)
        : this(pixels, channels, height, width, width, height * width)
    {
        if (pixels.Length != (long)channels * height * width)
        {
            throw new ArgumentException($"{pixels.Length} bytes are no image of ({channels}, {height}, {width}).", nameof(pixels));
        }
    }

    private Planes(Span<byte> pixels, int channels, int height, int width, int rowStride, int planeStride)
    {
        _pixels = pixels;
        (RowStride, _planeStride) = (rowStride, planeStride);
        (Channels, Height, Width) = (channels, height, width);
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>H.</summary>
    public int Height { get; }

    /// <summary>W.</summary>
    public int Width { get; }

    /// <summary>The pixels of one row of one channel.</summary>
    public Span<byte> Row(int channel, int y) => _pixels.Slice((channel * _planeStride) + (y * RowStride), Width);

    /// <summary>From one row of a channel to the next.</summary>
    internal int RowStride { get; }

    /// <summary>One channel: its pixel in row y and column x stands at y · <see cref="RowStride"/> + x.</summary>
    internal Span<byte> Plane(int channel) => _pixels.Slice(channel * _planeStride, ((Height - 1) * RowStride) + Width);

    /// <summary>The part of the image that begins at row y and column x.</summary>
    public Planes Crop(int y, int x, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(y + height, Height, nameof(height));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x + width, Width, nameof(width));
        return new(_pixels[((y * RowStride) + x)..], Channels, height, width, RowStride, _planeStride);
    }

    /// <summary>Writes the image into another one of its size.</summary>
    public void CopyTo(Planes other)
    {
        for (int c = 0; c < Channels; c++)
        {
            for (int y = 0; y < Height; y++)
            {
                Row(c, y).CopyTo(other.Row(c, y));
            }
        }
    }
}
