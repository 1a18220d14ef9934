using Descent.Kernels;

namespace Descent;

/// <summary>The memory of one batch, which is filled again and again.</summary>
internal sealed class BatchBuffer(int count, IDataset dataset, Augmentation? augmentation = null)
{
    private readonly Slot _images = new(new(new([count, .. dataset.ImageShape.Sizes]), dataset.InputType));
    private readonly Slot _labels = augmentation?.MakesProbabilities(dataset.Task) == true
        ? new(new(new(count, dataset.ClassNames.Count), DType.F32))
        : new(new(new([count, .. dataset.LabelShape.Sizes]), dataset.LabelType));

    private readonly bool _makesProbabilities = augmentation?.MakesProbabilities(dataset.Task) == true;

    // An image or the classes of its pixels, and room for their change, where images change.
    private readonly byte[] _image = new byte[augmentation is null ? 0 : dataset.ImageShape.Count];
    private readonly byte[] _other = new byte[augmentation is null ? 0 : dataset.ImageShape.Count];
    private readonly byte[] _mean = augmentation is null ? [] : [.. dataset.Preprocessing.Mean.Select(mean => (byte)Math.Round(255 * mean))];

    public int Count => count;

    /// <summary>Reads the examples at places start, start + 1, … of the order.</summary>
    /// <exception cref="OperationCanceledException">The pass was left.</exception>
    public void Fill(int[]? order, int start, RandomStep changes, CancellationToken left)
    {
        for (int i = 0; i < count; i++)
        {
            left.ThrowIfCancellationRequested();
            int index = order is null ? start + i : order[start + i];
            ReadInput(index, i, changes);
            ReadTarget(index, i, changes);
        }

        if (augmentation is { Mixes.Count: > 0 })
        {
            Mix(augmentation, changes, start);
        }

        // The spans do not keep the native memory; the slots do.
        GC.KeepAlive(this);
    }

    public (Tensor Images, Tensor Labels) Read(Device device) => (dataset.Preprocessing.Project(_images.Read(device)), _labels.Read(device));

    public void Release()
    {
        _images.Release();
        _labels.Release();
    }

    private void ReadInput(int index, int place, RandomStep changes)
    {
        int size = (int)dataset.ImageShape.Count;
        if (dataset.InputType == DType.U8)
        {
            dataset.ReadImage(index, _images.Storage.Span<byte>().Slice(place * size, size));
            return;
        }

        Span<float> input = _images.Storage.Span<float>().Slice(place * size, size);
        if (dataset.HoldsNumbers)
        {
            dataset.Preprocessing.Apply(dataset.Numbers(index), input);
        }
        else if (augmentation is null)
        {
            dataset.Preprocessing.Apply(dataset.Image(index), input);
        }
        else
        {
            dataset.Preprocessing.Apply(Changed(augmentation, index, changes), input);
        }
    }

    private Span<byte> Changed(Augmentation augmentation, int index, RandomStep changes)
    {
        if (augmentation.TakesOriginals && dataset.HasOriginals)
        {
            return augmentation.ApplyToOriginal(dataset.Original(index), _image, _other, dataset.ImageShape, changes, index, _mean);
        }

        dataset.ReadImage(index, _image);
        return augmentation.Apply(_image, _other, dataset.ImageShape, changes, index, _mean);
    }

    private void Mix(Augmentation mixing, RandomStep changes, int batch)
    {
        Span<float> images = _images.Storage.Span<float>()[..(int)(count * dataset.ImageShape.Count)];
        if (_makesProbabilities)
        {
            mixing.Mix(images, _labels.Storage.Span<float>()[..(count * dataset.ClassNames.Count)], count, dataset.ImageShape, changes, batch);
        }
        else
        {
            mixing.Mix(images, _labels.Storage.Span<int>()[..(int)(count * dataset.LabelShape.Count)], count, dataset.ImageShape, changes, batch);
        }
    }

    private void ReadTarget(int index, int place, RandomStep changes)
    {
        if (_makesProbabilities)
        {
            Span<float> probabilities = _labels.Storage.Span<float>().Slice(place * dataset.ClassNames.Count, dataset.ClassNames.Count);
            probabilities.Clear();
            probabilities[dataset.Label(index)] = 1;
            return;
        }

        int size = (int)dataset.LabelShape.Count;
        if (dataset.LabelType == DType.F32)
        {
            dataset.ReadTargets(index, _labels.Storage.Span<float>().Slice(place * size, size));
        }
        else
        {
            Span<int> labels = _labels.Storage.Span<int>().Slice(place * size, size);
            dataset.ReadLabels(index, labels);
            if (augmentation is not null && dataset.Task == LearningTask.Segmentation)
            {
                Move(augmentation, labels, index, changes);
            }
        }
    }

    /// <summary>Moves the classes of pixels as bytes, which hold all classes; a number that is none of them counts as from outside.</summary>
    private void Move(Augmentation moving, Span<int> labels, int index, RandomStep changes)
    {
        Span<byte> map = _image.AsSpan(0, labels.Length);
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (byte)Math.Min((uint)labels[i], Augmentation.IgnoreIndex);
        }

        map = moving.ApplyToLabels(map, _other.AsSpan(0, labels.Length), dataset.LabelShape, changes, index);
        for (int i = 0; i < map.Length; i++)
        {
            labels[i] = map[i];
        }
    }
}
