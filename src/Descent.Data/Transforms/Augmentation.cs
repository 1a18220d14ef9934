namespace Descent;

/// <summary>What is done to the images of a training set, anew in each epoch: transforms one after the other, then what mixes a batch.</summary>
/// <remarks>
/// Images change as bytes, before the preprocessing. What happens to an image depends on seed, epoch, image and place of the transform alone: on
/// neither the number of workers nor the order of images.
/// </remarks>
public sealed class Augmentation
{
    /// <summary>Blocks of random words of one transform on one image; far more than any draws.</summary>
    private const int BlockBits = 16, PlaceBits = 8;

    private readonly Transform[] _transforms;
    private readonly BatchMix[] _mixes;

    /// <param name="transforms">They keep the shape of an image.</param>
    /// <param name="mixes">Applied to each batch, after the preprocessing.</param>
    public Augmentation(IReadOnlyList<Transform> transforms, IReadOnlyList<BatchMix>? mixes = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(transforms.Count, 1 << PlaceBits, nameof(transforms));
        (_transforms, _mixes) = ([.. transforms], [.. mixes ?? []]);
    }

    /// <summary>The changes that <see cref="Parse"/> knows, with what each does: <c>crop[:PIXELS]</c>.</summary>
    public static IReadOnlyList<(string Usage, string Meaning)> Known { get; } = [.. AugmentationKind.All.Select(kind => (kind.Usage, kind.Meaning))];

    /// <summary>One after the other, for each image.</summary>
    public IReadOnlyList<Transform> Transforms => _transforms;

    /// <summary>One after the other, for each batch.</summary>
    public IReadOnlyList<BatchMix> Mixes => _mixes;

    /// <summary>True where targets become probabilities of classes.</summary>
    public bool MixesTargets => _mixes.Length > 0;

    /// <summary>Reads <c>NAME[:NUMBERS],NAME[:NUMBERS]</c>: <c>flip,crop:4,cutout:8,randaugment:2-9,mixup:0.2</c>.</summary>
    /// <exception cref="ArgumentException">There is no such change (the message names the nearest), or a number is out of its limits.</exception>
    public static Augmentation Parse(string text)
    {
        var transforms = new List<Transform>();
        var mixes = new List<BatchMix>();
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Trim().Split(':', 2);
            AugmentationKind kind = Array.Find(AugmentationKind.All, k => k.Name == pair[0]) ?? throw new ArgumentException(
                $"Unknown augmentation '{pair[0]}'; did you mean '{NearestName.To(pair[0], AugmentationKind.All.Select(k => k.Name))}'? Known are "
                + $"{string.Join(", ", AugmentationKind.All.Select(k => k.Usage))}.");
            switch (kind.Read(pair.Length > 1 ? pair[1] : null))
            {
                case Transform transform: transforms.Add(transform); break;
                case BatchMix mix: mixes.Add(mix); break;
            }
        }

        return new(transforms, mixes);
    }

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => string.Join(',', _transforms.Select(t => t.ToString()).Concat(_mixes.Select(m => m.ToString())));

    /// <summary>Says what keeps it from being done to a data set.</summary>
    /// <exception cref="ArgumentException">The examples are no images with classes, or a transform changes their shape.</exception>
    public void ThrowIfNotFor(IDataset data)
    {
        if (data.HoldsNumbers || data.InputType != DType.F32 || data.ImageShape.Rank != 3 || data.Task != LearningTask.Classification)
        {
            throw new ArgumentException($"The augmentation {this} is for images with a class each, not for {data.ImageShape} with targets {data.LabelShape}.");
        }

        if (Array.Find(_transforms, transform => transform.OutputShape(data.ImageShape) != data.ImageShape) is { } scaling)
        {
            throw new ArgumentException(
                $"The augmentation {scaling} makes {scaling.OutputShape(data.ImageShape)} of images {data.ImageShape}; scale them when they are loaded.");
        }
    }

    /// <summary>Changes an image as it is to be in one epoch.</summary>
    /// <param name="image">The image; its content is lost.</param>
    /// <param name="other">As much memory.</param>
    /// <param name="shape">Shape (C, H, W) of the image.</param>
    /// <param name="epoch">The draw of the epoch.</param>
    /// <param name="index">Number of the image in its data set.</param>
    /// <param name="mean">Mean of each channel.</param>
    /// <returns>The one of the two that holds the changed image.</returns>
    internal Span<byte> Apply(Span<byte> image, Span<byte> other, Shape shape, Descent.Kernels.RandomStep epoch, int index, ReadOnlySpan<byte> mean)
    {
        int channels = shape[0], height = shape[1], width = shape[2];
        for (int place = 0; place < _transforms.Length; place++)
        {
            var draw = new TransformDraw(epoch, (((ulong)index << PlaceBits) | (uint)place) << BlockBits, mean);
            if (_transforms[place].Apply(new(image, channels, height, width), new(other, channels, height, width), ref draw))
            {
                Span<byte> changed = other;
                other = image;
                image = changed;
            }
        }

        return image;
    }

    /// <summary>Mixes a batch in place.</summary>
    internal void Mix(Span<float> images, Span<float> targets, int count, Shape shape, Descent.Kernels.RandomStep epoch, int batch)
    {
        for (int place = 0; place < _mixes.Length; place++)
        {
            // Beyond the numbers of all images.
            var draw = new TransformDraw(epoch, (1ul << 63) | (((((ulong)batch) << PlaceBits) | (uint)place) << BlockBits));
            _mixes[place].Apply(images, targets, count, shape, ref draw);
        }
    }
}
