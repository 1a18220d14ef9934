namespace Descent;

/// <summary>How images of any size and kind become the images of one data set.</summary>
public sealed record ImageLoading
{
    /// <summary>
    /// Height and width of all images; null: the size that all of them have, else <see cref="SizeWhereTheyDiffer"/>.
    /// </summary>
    public ImageSize? Size { get; init; }

    /// <summary>Height and width where <see cref="Size"/> is not given and the images differ, such as those that a network is made for.</summary>
    public ImageSize? SizeWhereTheyDiffer { get; init; }

    /// <summary>How they get that size.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>1 for grey, 3 for RGB; null: 1 where all images are grey, else 3. Transparency is left out.</summary>
    public int? Channels { get; init; }

    /// <summary>Images that cannot be read and are left out, at most; with one more, loading fails.</summary>
    public int SkipBad { get; init; }

    /// <summary>
    /// Bytes for decoded images, and behind them for the originals of images that got another size, where an augmentation cuts parts out of those; what
    /// finds no room is decoded again whenever it is needed. By default a quarter of the machine's memory.
    /// </summary>
    public long CacheBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Images that are decoded at the same time, at least 1; null: one for each core.</summary>
    public int? Workers { get; init; }

    /// <summary>That of the training set, for a test set; null: what gives these images mean 0 and deviation 1.</summary>
    public Preprocessing? Preprocessing { get; init; }
}
