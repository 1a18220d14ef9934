using System.Text.Json;

namespace Descent;

/// <summary>
/// Keeps an average of the weights beside them: the network is validated with it, and ends with it. Where the network has batch normalisation, its
/// statistics are computed anew for the averaged weights.
/// </summary>
internal abstract class WeightAveraging : TrainerCallback, IResumable
{
    /// <summary>Batches that statistics are computed from: more move them no further than the noise of a batch.</summary>
    private const int MostBatches = 64;

    private OrderedDictionary<string, Cell>? _live;

    public string StateName => "average";

    public abstract IReadOnlyDictionary<string, Cell> Cells { get; }

    /// <summary>Whether there is an average yet.</summary>
    protected abstract bool Exists { get; }

    public abstract void SaveState(Utf8JsonWriter json);

    public abstract void LoadState(JsonElement state);

    /// <summary>Puts the averages in the place of the weights, with fitting statistics; <see cref="TakeOut"/> gives the weights back.</summary>
    public void PutIn(TrainingContext training, int batchSize)
    {
        if (!Exists)
        {
            return;
        }

        IReadOnlyDictionary<string, Cell> state = training.Model.State();
        _live = CellCopy.Of(state);
        CellCopy.Write(Cells, to: state);
        if (BatchStatistics.AreIn(training.Model))
        {
            int count = Math.Min(training.TrainingSet.Count, MostBatches * batchSize);
            IEnumerable<int> spread = Enumerable.Range(0, count).Select(i => (int)((long)i * training.TrainingSet.Count / count));
            Device device = training.Optimizer.Parameters[0].Read().Device;

            // A batch of one has no variance.
            BatchStatistics.Recompute(
                training.Model,
                new Subset(training.TrainingSet, Interleaved([.. spread], batchSize)).InOrder(batchSize, device)
                    .Select(batch => batch.Images).Where(images => images.Shape[0] > 1));
        }
    }

    /// <summary>Gives the weights back that <see cref="PutIn"/> took the place of.</summary>
    public void TakeOut(TrainingContext training)
    {
        if (_live is not null)
        {
            CellCopy.Write(_live, to: training.Model.State());
            _live = null;
        }
    }

    /// <summary>Every batch holds examples from everywhere, also where the data set is sorted.</summary>
    private static IEnumerable<int> Interleaved(int[] indices, int batchSize)
    {
        int batches = (indices.Length + batchSize - 1) / batchSize;
        return Enumerable.Range(0, batches).SelectMany(batch => Enumerable.Range(0, batchSize).Select(i => (i * batches) + batch))
            .Where(i => i < indices.Length).Select(i => indices[i]);
    }
}

/// <summary>The average that each step moves.</summary>
internal sealed class ExponentialWeightAveraging(double decay) : WeightAveraging
{
    private ExponentialAverage? _average;

    public override IReadOnlyDictionary<string, Cell> Cells => _average?.Cells ?? new OrderedDictionary<string, Cell>();

    protected override bool Exists => true;

    public override void OnPreparing(TrainingContext training) => _average ??= new(training.Optimizer, decay);

    public override void SaveState(Utf8JsonWriter json)
    {
    }

    public override void LoadState(JsonElement state)
    {
    }
}

/// <summary>The mean of the weights at the ends of the last epochs.</summary>
/// <remarks>
/// It does most where the rate stays high, as with <c>--schedule constant</c>. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better
/// Generalization", UAI 2018.
/// </remarks>
internal sealed class StochasticWeightAveraging(double start) : WeightAveraging
{
    private OrderedDictionary<string, Cell> _mean = [];
    private int _count, _lastEpoch;

    public override IReadOnlyDictionary<string, Cell> Cells => _mean;

    protected override bool Exists => _count > 0;

    public override void OnPreparing(TrainingContext training)
    {
        if (_mean.Count == 0)
        {
            _mean = CellCopy.Of(training.Optimizer.Parameters.ToDictionary(p => p.Name, Cell (p) => p));
        }
    }

    /// <summary>Takes in the weights as they are, before they are validated; once, also where the validation was cancelled and is done again.</summary>
    public void Take(TrainingContext training, int epoch)
    {
        if ((epoch <= start * training.Epochs && epoch < training.Epochs) || epoch == _lastEpoch)
        {
            return;
        }

        _lastEpoch = epoch;
        _count++;
        foreach (Parameter parameter in training.Optimizer.Parameters)
        {
            float[] mean = _mean[parameter.Name].ToArray<float>(), now = parameter.ToArray<float>();
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += (now[i] - mean[i]) / _count;
            }

            _mean[parameter.Name].Write<float>(mean);
        }
    }

    public override void SaveState(Utf8JsonWriter json)
    {
        json.WriteNumber("count", _count);
        json.WriteNumber("last_epoch", _lastEpoch);
    }

    public override void LoadState(JsonElement state) =>
        (_count, _lastEpoch) = (state.GetProperty("count").GetInt32(), state.GetProperty("last_epoch").GetInt32());
}
