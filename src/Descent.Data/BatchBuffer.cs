namespace Descent;

/// <summary>The memory of one batch, which is filled again and again.</summary>
internal sealed class BatchBuffer(int count, IDataset dataset)
{
    private readonly Slot _images = new(new(new([count, .. dataset.ImageShape.Sizes]), dataset.InputType));
    private readonly Slot _labels = new(new(new([count, .. dataset.LabelShape.Sizes]), dataset.LabelType));

    public int Count => count;

    /// <summary>Reads the examples at places start, start + 1, … of the order.</summary>
    /// <exception cref="OperationCanceledException">The pass was left.</exception>
    public void Fill(int[]? order, int start, CancellationToken left)
    {
        for (int i = 0; i < count; i++)
        {
            left.ThrowIfCancellationRequested();
            int index = order is null ? start + i : order[start + i];
            ReadInput(index, i);
            ReadTarget(index, i);
        }

        // The spans do not keep the native memory; the slots do.
        GC.KeepAlive(this);
    }

    public (Tensor Images, Tensor Labels) Read(Device device) => (_images.Read(device), _labels.Read(device));

    public void Release()
    {
        _images.Release();
        _labels.Release();
    }

    private void ReadInput(int index, int place)
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
        else
        {
            dataset.Preprocessing.Apply(dataset.Image(index), input);
        }
    }

    private void ReadTarget(int index, int place)
    {
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
