namespace Descent;

/// <summary>How strictly image files are read.</summary>
public sealed record ImageReading
{
    /// <summary>Up to 64 million pixels, complete files only.</summary>
    public static ImageReading Default { get; } = new();

    /// <summary>The most pixels that a header may announce: a larger image is refused before anything is allocated for it.</summary>
    public long MaxPixels { get; init; } = 64_000_000;

    /// <summary>A file that ends early gives what could be decoded, the rest zero; otherwise it is an error.</summary>
    public bool AllowTruncated { get; init; }

    /// <exception cref="ImageFormatException">The size is zero, or above <see cref="MaxPixels"/>.</exception>
    internal void CheckSize(string name, long offset, long width, long height)
    {
        if (width < 1 || height < 1)
        {
            throw new ImageFormatException(name, offset, $"the header says {width} × {height} pixels; both must be at least 1.");
        }

        // Sizes come from fields of at most 32 bits: the product cannot overflow.
        if (width > int.MaxValue || height > int.MaxValue || width * height > Math.Min(MaxPixels, Array.MaxLength / 4))
        {
            throw new ImageFormatException(name, offset,
                $"the header says {width} × {height} pixels, more than the limit of {MaxPixels}; scale the image down, or raise "
                + $"{nameof(ImageReading)}.{nameof(MaxPixels)}.");
        }
    }
}
