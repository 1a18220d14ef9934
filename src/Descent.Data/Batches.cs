using System.Collections;

namespace Descent;

/// <summary>Passes over a data set in batches of (images, labels); each enumeration is one epoch, shuffled anew.</summary>
/// <remarks>
/// The next two batches are prepared on other threads while the present one is used. Batches live in buffers that are filled again and
/// again: a batch, and what was built on it but not yet computed, is stale once the next one was asked for, and reading it throws
/// <see cref="StaleTensorException"/>. To keep a batch, copy it with <c>ToArray</c>.
/// </remarks>
public sealed class Batches : IEnumerable<(Tensor Images, Tensor Labels)>
{
    /// <summary>Buffers in turn: one in the hands of the user, two being filled.</summary>
    private const int Buffers = 3;

    private readonly IDataset _dataset;
    private readonly Rng? _shuffle;
    private readonly Device _device;

    internal Batches(IDataset dataset, int batchSize, Rng? shuffle, Device device, bool dropLast)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch holds at least 1 image.");
        }

        (_dataset, _shuffle, _device, BatchSize) = (dataset, shuffle, device, batchSize);
        ImageCount = dropLast ? dataset.Count / batchSize * batchSize : dataset.Count;
        if (ImageCount == 0 && dataset.Count > 0)
        {
            throw new ArgumentException(
                $"{dataset.Count} images do not fill one batch of {batchSize}: make batches smaller or keep the last one.",
                nameof(batchSize));
        }
    }

    /// <summary>Images in every batch but, perhaps, the last.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in one epoch.</summary>
    public int Count => (ImageCount + BatchSize - 1) / BatchSize;

    /// <summary>Images in one epoch.</summary>
    public int ImageCount { get; }

    /// <summary>Begins an epoch; shuffling makes its draw now.</summary>
    public IEnumerator<(Tensor Images, Tensor Labels)> GetEnumerator() => new Epoch(this);

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// One pass. It owns no thread: filling is handed to the pool one batch at a time, so a pass that is left early leaves nothing behind.
    /// </summary>
    private sealed class Epoch : IEnumerator<(Tensor Images, Tensor Labels)>
    {
        private readonly Batches _owner;
        private readonly int[]? _order;
        private readonly Buffer[] _buffers;
        private readonly Task[] _filled;
        private int _batch = -1;

        internal Epoch(Batches owner)
        {
            _owner = owner;
            _order = owner._shuffle?.Permutation(owner._dataset.Count);
            _buffers = new Buffer[Math.Min(Buffers, owner.Count)];
            _filled = new Task[_buffers.Length];
            for (int batch = 0; batch < _buffers.Length; batch++)
            {
                Prepare(batch);
            }
        }

        public (Tensor Images, Tensor Labels) Current { get; private set; }

        object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (_batch + 1 >= _owner.Count)
            {
                return false;
            }

            if (_batch >= 0)
            {
                Buffer left = _buffers[_batch % Buffers];
                left.Release();
                if (_batch + Buffers < _owner.Count)
                {
                    Prepare(_batch + Buffers);
                }
            }

            _batch++;
            _filled[_batch % Buffers].GetAwaiter().GetResult();
            Current = _buffers[_batch % Buffers].Read(_owner._device);
            return true;
        }

        public void Reset() => throw new NotSupportedException("An epoch is not repeated; enumerate the batches again for the next one.");

        public void Dispose()
        {
            // Batches that are still being filled belong to nobody; the pool finishes them and the collector takes the buffers.
        }

        /// <summary>
        /// Fills the batch's buffer on another thread. Only its own images are touched, so batches may be filled at the same time.
        /// </summary>
        private void Prepare(int batch)
        {
            int start = batch * _owner.BatchSize;
            int count = Math.Min(_owner.BatchSize, _owner.ImageCount - start);
            ref Buffer buffer = ref _buffers[batch % Buffers];
            if (buffer is null || buffer.Count != count)
            {
                buffer = new(count, _owner._dataset);
            }

            Buffer target = buffer;
            _filled[batch % Buffers] = Task.Run(() => target.Fill(_order, start));
        }
    }

    /// <summary>The memory of one batch.</summary>
    private sealed class Buffer(int count, IDataset dataset)
    {
        private readonly Slot _images = new(new(new([count, .. dataset.ImageShape.Sizes]), dataset.InputType));
        private readonly Slot _labels = new(new(new([count, .. dataset.LabelShape.Sizes]), DType.I32));

        internal int Count => count;

        internal void Fill(int[]? order, int start)
        {
            int size = (int)dataset.ImageShape.Count, labelled = (int)dataset.LabelShape.Count;
            Span<int> labels = _labels.Storage.Span<int>();
            for (int i = 0; i < count; i++)
            {
                int index = order is null ? start + i : order[start + i];
                if (dataset.InputType == DType.U8)
                {
                    dataset.Image(index).CopyTo(_images.Storage.Span<byte>().Slice(i * size, size));
                }
                else
                {
                    dataset.Preprocessing.Apply(dataset.Image(index), _images.Storage.Span<float>().Slice(i * size, size));
                }

                dataset.ReadLabels(index, labels.Slice(i * labelled, labelled));
            }

            // The spans do not keep the native memory; the slots do.
            GC.KeepAlive(this);
        }

        internal (Tensor Images, Tensor Labels) Read(Device device) => (_images.Read(device), _labels.Read(device));

        internal void Release()
        {
            _images.Release();
            _labels.Release();
        }
    }
}
