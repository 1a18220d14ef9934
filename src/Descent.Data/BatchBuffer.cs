using Descent.Kernels;

namespace Descent;

/// <summary>The memory of one batch, which is filled again and again.</summary>
internal sealed class BatchBuffer(int count, IDataset dataset, Augmentation? augmentation = null)
{
    private readonly Slot _images = new(new(new([count, .. dataset.ImageShape.Sizes]), dataset.InputType));
    private readonly Slot _labels = augmentation is { MixesTargets: true }
        ? new(new(new(count, dataset.ClassNames.Count), DType.F32))
        : new(new(new([count, .. dataset.LabelShape.Sizes]), dataset.LabelType));

    // An image and room for its change, where images change.
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
            ReadTarget(index, i);
        }

        if (augmentation is { MixesTargets: true })
        {
            augmentation.Mix(
                _images.Storage.Span<float>()[..(int)(count * dataset.ImageShape.Count)], _labels.Storage.Span<float>()[..(count * dataset.ClassNames.Count)],
                count, dataset.ImageShape, changes, start);
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
            dataset.ReadImage(index, _image);
            dataset.Preprocessing.Apply(augmentation.Apply(_image, _other, dataset.ImageShape, changes, index, _mean), input);
        }
    }

    private void ReadTarget(int index, int place)
    {
        if (augmentation is { MixesTargets: true })
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
            dataset.ReadLabels(index, _labels.Storage.Span<int>().Slice(place * size, size));
        }
    }
}
