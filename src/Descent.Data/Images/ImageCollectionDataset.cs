namespace Descent;

/// <summary>The data set of a collection of images: all of one size and number of channels, kept as bytes as far as memory is allowed.</summary>
/// <remarks>
/// Every image is decoded once when the set is loaded, so that a file that cannot be read is known before the training, and mean and deviation
/// are those of all images.
/// </remarks>
public sealed class ImageCollectionDataset : IDataset
{
    private readonly IImageCollection _images;
    private readonly ImageGeometry _geometry;
    private readonly int[] _indices;
    private readonly byte[]?[] _cache;
    private readonly OriginalImages? _originals;

    internal ImageCollectionDataset(
        IImageCollection images, ImageGeometry geometry, int[] indices, byte[]?[] cache, OriginalImages? originals, Preprocessing preprocessing,
        SkippedImage[] skipped)
    {
        (_images, _geometry, _indices, _cache, _originals) = (images, geometry, indices, cache, originals);
        (Preprocessing, Skipped) = (preprocessing, skipped);
        Preprocessing.ThrowIfNotFor(ImageShape);
    }

    /// <summary>Decodes all images once.</summary>
    /// <param name="images">Where they are.</param>
    /// <param name="loading">What size they get; by default the one that all have.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ArgumentException">The collection is empty, or the images differ in size and none is given.</exception>
    /// <exception cref="IOException">More images cannot be read than may be skipped; the message names the first.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageCollectionDataset Load(IImageCollection images, ImageLoading? loading = null, CancellationToken cancellation = default) =>
        new ImageCollectionLoad(images, loading ?? new ImageLoading(), cancellation).Run();

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public Shape ImageShape => _geometry.Shape;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _images.ClassNames;

    /// <inheritdoc/>
    public Preprocessing Preprocessing { get; }

    /// <summary>The images that could not be read and were left out, in their order.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>Images that are kept decoded; the others are decoded again whenever they are needed.</summary>
    public int CachedCount => _cache.Count(pixels => pixels is not null);

    /// <summary>The path of an image.</summary>
    public string NameOf(int index) => _images.NameOf(_indices[index]);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        if (_cache[index] is { } kept)
        {
            return kept;
        }

        byte[] pixels = new byte[ImageShape.Count];
        ReadImage(index, pixels);
        return pixels;
    }

    /// <inheritdoc/>
    public void ReadImage(int index, Span<byte> pixels)
    {
        if (_cache[index] is { } kept)
        {
            kept.CopyTo(pixels);
        }
        else
        {
            _geometry.Write(_images.Read(_indices[index]), pixels);
        }
    }

    /// <summary>True where images had other sizes than <see cref="ImageShape"/>.</summary>
    public bool HasOriginals => _originals is not null;

    /// <inheritdoc/>
    /// <remarks>Decoded when it is asked for, and kept as far as the images of one size have left memory.</remarks>
    public Planes Original(int index) => _originals is null
        ? throw new NotSupportedException("The images of the data set had one size from the start.")
        : _originals.Read(_indices[index]);

    /// <inheritdoc/>
    public int Label(int index) => _images.Label(_indices[index]);
}
