using System.Buffers;
using Descent.Kernels;

namespace Descent;

/// <summary>What is done to the images of a training set, anew in each epoch: transforms one after the other, then what mixes a batch.</summary>
/// <remarks>
/// Images change as bytes, before the preprocessing. What happens to an image depends on seed, epoch, image and place of the transform alone: on
/// neither the number of workers nor the order of images. Where each pixel has a class, the classes move with the pixels.
/// </remarks>
public sealed class Augmentation
{
    /// <summary>Blocks of random words of one transform on one image; far more than any draws.</summary>
    private const int BlockBits = 16, PlaceBits = 8;

    /// <summary>The class of a pixel that came from outside of its image: it counts in no loss that is told to ignore it.</summary>
    public const byte IgnoreIndex = 255;

    private readonly Transform[] _transforms;
    // Of the one that gives images their size; −1 where none does.
    private readonly int _scaling;
    private readonly BatchMix[] _mixes;

    private static readonly Change s_pixels = (transform, from, to, ref draw) => transform.Apply(from, to, ref draw);
    private static readonly Change s_labels = (transform, from, to, ref draw) => transform.ApplyToLabels(from, to, ref draw);

    /// <param name="transforms">They keep the shape of an image.</param>
    /// <param name="mixes">Applied to each batch, after the preprocessing.</param>
    public Augmentation(IReadOnlyList<Transform> transforms, IReadOnlyList<BatchMix>? mixes = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(transforms.Count, 1 << PlaceBits, nameof(transforms));
        (_transforms, _mixes) = ([.. transforms], [.. mixes ?? []]);
        _scaling = Array.FindIndex(_transforms, transform => transform.TakesAnySize);
    }

    /// <summary>The changes that <see cref="Parse"/> knows, with what each does: <c>crop[:PIXELS]</c>.</summary>
    public static IReadOnlyList<(string Usage, string Meaning)> Known { get; } = [.. AugmentationKind.All.Select(kind => (kind.Usage, kind.Meaning))];

    /// <summary>One after the other, for each image.</summary>
    public IReadOnlyList<Transform> Transforms => _transforms;

    /// <summary>One after the other, for each batch.</summary>
    public IReadOnlyList<BatchMix> Mixes => _mixes;

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

    /// <summary>True where the targets of such a task become probabilities of classes.</summary>
    public bool MakesProbabilities(LearningTask task) => task == LearningTask.Classification && _mixes.Length > 0;

    /// <summary>True where images are to be changed before they get one size.</summary>
    internal bool TakesOriginals => _scaling >= 0;

    /// <summary>Says what keeps it from being done to a data set.</summary>
    /// <exception cref="ArgumentException">The examples are no images, a transform changes their shape, or their targets cannot be mixed.</exception>
    public void ThrowIfNotFor(IDataset data)
    {
        if (data.HoldsNumbers || data.InputType != DType.F32 || data.ImageShape.Rank != 3)
        {
            throw new ArgumentException($"The augmentation {this} is for images, not for {data.ImageShape} with targets {data.LabelShape}.");
        }

        if (Array.Find(_transforms, transform => transform.OutputShape(data.ImageShape) != data.ImageShape) is { } scaling)
        {
            throw new ArgumentException(
                $"The augmentation {scaling} makes {scaling.OutputShape(data.ImageShape)} of images {data.ImageShape}; scale them when they are loaded.");
        }

        if (Array.Find(_mixes, mix => data.Task != LearningTask.Classification && !(data.Task == LearningTask.Segmentation && mix.MovesPixels)) is { } mixing)
        {
            throw new ArgumentException(
                $"The augmentation {mixing} blends the class of each image with another one's, but this data has targets {data.LabelShape}; "
                + (data.Task == LearningTask.Segmentation ? "where each pixel has a class, cutmix pastes pixels with theirs." : "leave it out."));
        }

        if (data.Task == LearningTask.Segmentation && data.ClassNames.Count > IgnoreIndex)
        {
            throw new ArgumentException(
                $"The augmentation {this} gives pixels that come from outside of an image the number {IgnoreIndex}, but of {data.ClassNames.Count} classes "
                + $"one has it; at most {IgnoreIndex} can be augmented.");
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
    internal Span<byte> Apply(Span<byte> image, Span<byte> other, Shape shape, RandomStep epoch, int index, ReadOnlySpan<byte> mean) =>
        Run(image, other, shape, 0.._transforms.Length, epoch, index, mean, s_pixels);

    /// <summary>The same from an image of another size: up to the transform that gives it its size, it is changed as it is.</summary>
    /// <param name="original">The image; not written to.</param>
    /// <param name="image">Memory for an image of the shape.</param>
    /// <param name="other">As much memory.</param>
    /// <param name="shape">Shape (C, H, W) that it gets.</param>
    /// <param name="epoch">The draw of the epoch.</param>
    /// <param name="index">Number of the image in its data set.</param>
    /// <param name="mean">Mean of each channel.</param>
    /// <returns>The one of the two that holds the changed image.</returns>
    internal Span<byte> ApplyToOriginal(
        Planes original, Span<byte> image, Span<byte> other, Shape shape, RandomStep epoch, int index, ReadOnlySpan<byte> mean)
    {
        (int channels, int height, int width) = (original.Channels, original.Height, original.Width);
        byte[]? rented = null;
        Planes from = original;
        if (_scaling > 0)
        {
            int size = channels * height * width;
            rented = ArrayPool<byte>.Shared.Rent(2 * size);
            Span<byte> copy = rented.AsSpan(0, size);
            original.CopyTo(new(copy, channels, height, width));
            copy = Run(copy, rented.AsSpan(size, size), new(channels, height, width), 0.._scaling, epoch, index, mean, s_pixels);
            from = new(copy, channels, height, width);
        }

        TransformDraw draw = OfImage(epoch, index, _scaling, mean);
        if (!_transforms[_scaling].Apply(from, new(image, shape[0], shape[1], shape[2]), ref draw))
        {
            throw new InvalidOperationException(
                $"The augmentation {_transforms[_scaling]} takes images of any size, so it is to write one of {shape} always; return true from {nameof(Transform.Apply)}.");
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return Run(image, other, shape, (_scaling + 1).._transforms.Length, epoch, index, mean, s_pixels);
    }

    /// <summary>Moves the classes of an image's pixels as <see cref="Apply"/> moves the pixels.</summary>
    /// <param name="labels">The class of each pixel; its content is lost.</param>
    /// <param name="other">As much memory.</param>
    /// <param name="shape">Shape (H, W) of the image.</param>
    /// <param name="epoch">The draw of the epoch.</param>
    /// <param name="index">Number of the image in its data set.</param>
    /// <returns>The one of the two that holds the moved classes.</returns>
    internal Span<byte> ApplyToLabels(Span<byte> labels, Span<byte> other, Shape shape, RandomStep epoch, int index) =>
        Run(labels, other, new(1, shape[0], shape[1]), 0.._transforms.Length, epoch, index, default, s_labels);

    /// <summary>Mixes the images of a batch and the probabilities of their classes, in place.</summary>
    internal void Mix(Span<float> images, Span<float> targets, int count, Shape shape, RandomStep epoch, int batch)
    {
        for (int place = 0; place < _mixes.Length; place++)
        {
            TransformDraw draw = OfBatch(epoch, batch, place);
            _mixes[place].Apply(images, targets, count, shape, ref draw);
        }
    }

    /// <summary>Mixes the images of a batch and the classes of their pixels, in place.</summary>
    internal void Mix(Span<float> images, Span<int> labels, int count, Shape shape, RandomStep epoch, int batch)
    {
        for (int place = 0; place < _mixes.Length; place++)
        {
            TransformDraw draw = OfBatch(epoch, batch, place);
            _mixes[place].ApplyToLabels(images, labels, count, shape, ref draw);
        }
    }

    private static TransformDraw OfImage(RandomStep epoch, int index, int place, ReadOnlySpan<byte> mean) =>
        new(epoch, (((ulong)index << PlaceBits) | (uint)place) << BlockBits, mean);

    // Beyond the numbers of all images.
    private static TransformDraw OfBatch(RandomStep epoch, int batch, int place) =>
        new(epoch, (1ul << 63) | (((((ulong)batch) << PlaceBits) | (uint)place) << BlockBits));

    /// <summary>The transforms of some places, one after the other, each with its own draw: the same one for an image and for its classes.</summary>
    private Span<byte> Run(
        Span<byte> image, Span<byte> other, Shape shape, Range places, RandomStep epoch, int index, ReadOnlySpan<byte> mean, Change change)
    {
        int channels = shape[0], height = shape[1], width = shape[2];
        for (int place = places.Start.Value; place < places.End.Value; place++)
        {
            TransformDraw draw = OfImage(epoch, index, place, mean);
            if (change(_transforms[place], new(image, channels, height, width), new(other, channels, height, width), ref draw))
            {
                Span<byte> changed = other;
                other = image;
                image = changed;
            }
        }

        return image;
    }

    private delegate bool Change(Transform transform, Planes from, Planes to, ref TransformDraw draw);
}
