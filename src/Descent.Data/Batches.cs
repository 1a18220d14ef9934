using System.Collections;
using Descent.Kernels;

namespace Descent;

/// <summary>Passes over a data set in batches of (inputs, targets); each enumeration is one epoch, shuffled anew.</summary>
/// <remarks>
/// <para>The next batches are prepared on other threads while the present one is used, at most as many as there are workers. What a batch holds
/// depends on neither their number nor their order. Batches live in buffers that are filled again and again: a batch, and what was built on
/// it but not yet computed, is stale once the next one was asked for, and reading it throws <see cref="StaleTensorException"/>. To keep a
/// batch, copy it with <c>ToArray</c>.</para>
/// <para>A pass that is left early waits for the example that each worker is at, and leaves nothing behind.</para>
/// </remarks>
public sealed class Batches : IEnumerable<(Tensor Images, Tensor Labels)>
{
    private const int MostDefaultWorkers = 8;

    private readonly IDataset _dataset;
    private readonly Augmentation? _augmentation;
    private readonly Rng? _draws, _augment;
    private readonly bool _shuffles;
    private readonly Device _device;
    private readonly int _workers;
    private LoaderPosition? _resumed;
    private bool _begun;

    internal Batches(
        IDataset dataset, int batchSize, Rng? rng, Device device, bool shuffle, bool dropLast, int? workers, Augmentation? augmentation)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch holds at least 1 image.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers ?? DefaultWorkers, nameof(workers));
        augmentation?.ThrowIfNotFor(dataset);
        (_dataset, _device, _workers, BatchSize) = (dataset, device, workers ?? DefaultWorkers, batchSize);
        (_shuffles, _augmentation) = (shuffle, augmentation);
        _draws = shuffle || augmentation is not null ? rng!.Stream("shuffle") : null;
        _augment = augmentation is null ? null : rng!.Stream("augment");
        ImageCount = dropLast ? dataset.Count / batchSize * batchSize : dataset.Count;
        if (ImageCount == 0 && dataset.Count > 0)
        {
            throw new ArgumentException(
                $"{dataset.Count} images do not fill one batch of {batchSize}: make batches smaller or keep the last one.",
                nameof(batchSize));
        }

        Position = new(0, 0, _draws?.Draws ?? 0);
    }

    /// <summary>Batches that are prepared at the same time where nothing else is asked for: one for each core, at most 8.</summary>
    public static int DefaultWorkers => Math.Clamp(Environment.ProcessorCount, 1, MostDefaultWorkers);

    /// <summary>Images in every batch but, perhaps, the last.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in one epoch.</summary>
    public int Count => (ImageCount + BatchSize - 1) / BatchSize;

    /// <summary>Images in one epoch.</summary>
    public int ImageCount { get; }

    /// <summary>What was handed out so far: saved with a network that has learned from it, it lets the training go on behind the present batch.</summary>
    public LoaderPosition Position { get; private set; }

    /// <summary>
    /// Makes the next enumeration go on where another <see cref="Batches"/> of the same data, sizes and seed stood: with the batches of that epoch
    /// that were not handed out yet, none where it was over; those after it are the following epochs.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such batch.</exception>
    public void Resume(LoaderPosition position)
    {
        if (position.Epoch < 0 || position.Batch < 0 || position.Batch > Count)
        {
            throw new ArgumentException(
                $"An epoch of {Count} batches has no position {position.Batch} in epoch {position.Epoch}: resume with the data and the batch size "
                + "that were saved.",
                nameof(position));
        }

        (_resumed, Position) = (position, position);
    }

    /// <summary>Begins an epoch, or goes on with one that was resumed; shuffling makes its draw now.</summary>
    public IEnumerator<(Tensor Images, Tensor Labels)> GetEnumerator()
    {
        LoaderPosition start = _resumed ?? new(_begun ? Position.Epoch + 1 : 0, 0, _draws?.Draws ?? 0);
        if (_draws is not null)
        {
            // The streams that a checkpoint restores have made this epoch's draw already.
            _draws.Draws = start.Draw;
        }

        (_resumed, _begun, Position) = (null, true, start);
        return new Epoch(this, start, _draws?.NextStep());
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One pass. It owns no thread: filling is handed to the pool one batch at a time.</summary>
    private sealed class Epoch : IEnumerator<(Tensor Images, Tensor Labels)>
    {
        private readonly Batches _owner;
        private readonly int[]? _order;
        private readonly RandomStep _changes;
        private readonly BatchBuffer[] _buffers;
        private readonly Task[] _filled;
        private readonly CancellationTokenSource _left = new();
        private readonly int _first;
        private int _batch;

        internal Epoch(Batches owner, LoaderPosition start, RandomStep? draw)
        {
            (_owner, _first, _batch) = (owner, start.Batch, start.Batch - 1);
            _order = owner._shuffles ? Rng.Permutation(owner._dataset.Count, draw!.Value) : null;
            _changes = owner._augment?.StepAt(start.Draw) ?? default;

            // One in the hands of the user, one being filled by each worker.
            _buffers = new BatchBuffer[Math.Min(1 + owner._workers, owner.Count - start.Batch)];
            _filled = new Task[_buffers.Length];
            for (int i = 0; i < _buffers.Length; i++)
            {
                Prepare(_first + i);
            }
        }

        public (Tensor Images, Tensor Labels) Current { get; private set; }

        object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (_batch + 1 >= _owner.Count || _left.IsCancellationRequested)
            {
                return false;
            }

            if (_batch >= _first)
            {
                _buffers[Place(_batch)].Release();
                if (_batch + _buffers.Length < _owner.Count)
                {
                    Prepare(_batch + _buffers.Length);
                }
            }

            _batch++;
            _filled[Place(_batch)].GetAwaiter().GetResult();
            Current = _buffers[Place(_batch)].Read(_owner._device);
            _owner.Position = _owner.Position with { Batch = _batch + 1 };
            return true;
        }

        public void Reset() => throw new NotSupportedException("An epoch is not repeated; enumerate the batches again for the next one.");

        public void Dispose()
        {
            if (_left.IsCancellationRequested)
            {
                return;
            }

            _left.Cancel();
            try
            {
                // Nothing reads the data set once the pass is over.
                Task.WaitAll(_filled);
            }
            catch (AggregateException)
            {
                // What was cancelled or failed in a batch that nobody asked for concerns nobody.
            }

            _left.Dispose();
        }

        private int Place(int batch) => (batch - _first) % _buffers.Length;

        /// <summary>
        /// Fills the batch's buffer on another thread. Only its own images are touched, so batches may be filled at the same time.
        /// </summary>
        private void Prepare(int batch)
        {
            int start = batch * _owner.BatchSize;
            int count = Math.Min(_owner.BatchSize, _owner.ImageCount - start);
            ref BatchBuffer buffer = ref _buffers[Place(batch)];
            if (buffer is null || buffer.Count != count)
            {
                buffer = new(count, _owner._dataset, _owner._augmentation);
            }

            BatchBuffer target = buffer;
            CancellationToken left = _left.Token;
            _filled[Place(batch)] = Task.Run(() => target.Fill(_order, start, _changes, left), left);
        }
    }
}
