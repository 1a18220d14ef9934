namespace Descent;

/// <summary>A data set that lies in memory: one array of pixels, one of labels.</summary>
public sealed class ImageDataset : IDataset
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;
    private readonly int _imageSize;
    private readonly int _labelCount;

    /// <summary>A data set over the given arrays, which are kept, not copied.</summary>
    /// <param name="imageShape">Shape of one image: (C, H, W).</param>
    /// <param name="pixels">Image after image, each in the order of <paramref name="imageShape"/>.</param>
    /// <param name="labels">One per image, or those of all its pixels, below the number of classes.</param>
    /// <param name="classNames">At most 256.</param>
    /// <param name="preprocessing">
    /// By default that which gives these images mean 0 and deviation 1; a test set takes its training set's.
    /// </param>
    /// <param name="labelShape">Shape of one image's labels: a scalar where none is given, or (H, W).</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, or a label names no class.</exception>
    public ImageDataset(
        Shape imageShape,
        byte[] pixels,
        byte[] labels,
        IReadOnlyList<string> classNames,
        Preprocessing? preprocessing = null,
        Shape? labelShape = null)
    {
        if (imageShape.Rank != 3 || imageShape.Count == 0)
        {
            throw new ArgumentException($"The shape of an image is (channels, height, width), not {imageShape}.", nameof(imageShape));
        }

        LabelShape = labelShape ?? Shape.Scalar;
        if (LabelShape.Rank > 0 && !LabelShape.Sizes.SequenceEqual(imageShape.Sizes[1..]))
        {
            throw new ArgumentException($"Images {imageShape} have one label or one for each pixel, not {LabelShape}.", nameof(labelShape));
        }

        _labelCount = (int)LabelShape.Count;
        Count = labels.Length / _labelCount;
        if (labels.Length % _labelCount != 0 || pixels.LongLength != Count * imageShape.Count)
        {
            throw new ArgumentException(
                $"{labels.Length} labels and images of shape {imageShape} need {Count * imageShape.Count} bytes of pixels, not "
                + $"{pixels.LongLength}.",
                nameof(pixels));
        }

        if (classNames.Count is 0 or > 256)
        {
            throw new ArgumentException($"A data set has 1 to 256 classes, not {classNames.Count}.", nameof(classNames));
        }

        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classNames.Count - 1));
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"Label {labels[wrong]} of image {wrong / _labelCount} names none of the {classNames.Count} classes.", nameof(labels));
        }

        (ImageShape, _pixels, _labels, ClassNames, _imageSize) = (imageShape, pixels, labels, classNames, (int)imageShape.Count);
        Preprocessing = preprocessing ?? Preprocessing.Of(pixels, imageShape);
        Preprocessing.ThrowIfNotFor(imageShape);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Shape ImageShape { get; }

    /// <inheritdoc/>
    public Shape LabelShape { get; }

    /// <inheritdoc/>
    public LearningTask Task => LabelShape.Rank > 0 ? LearningTask.Segmentation : LearningTask.Classification;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public Preprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _pixels.AsSpan(index * _imageSize, _imageSize);
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index * _labelCount];

    /// <inheritdoc/>
    public void ReadLabels(int index, Span<int> labels)
    {
        ReadOnlySpan<byte> own = _labels.AsSpan(index * _labelCount, _labelCount);
        for (int i = 0; i < own.Length; i++)
        {
            labels[i] = own[i];
        }
    }
}
