using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>Ends a training that has not become better for some epochs, and gives the network back the weights of its best one.</summary>
/// <remarks>
/// A copy of the best epoch's parameters and buffers is kept; checkpoints hold it. The best weights come back where the last epoch
/// was not the best, whether the training was stopped or went through.
/// Prechelt, "Early Stopping - But When?", 1998.
/// </remarks>
public sealed class EarlyStopping : TrainerCallback, IResumable
{
    private readonly int _patience;
    private readonly MonitoredMetric _metric;
    private OrderedDictionary<string, Cell>? _best;
    private double _bestValue;
    private int _bestEpoch, _epochs;

    /// <param name="patience">Epochs in a row that may be no better, at least 1.</param>
    /// <param name="metric">What is looked at.</param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is below 1.</exception>
    public EarlyStopping(int patience, MonitoredMetric metric = MonitoredMetric.Loss)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        (_patience, _metric, _bestValue) = (patience, metric, metric.Worst());
    }

    /// <inheritdoc/>
    public string StateName => "early_stopping";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Cell> Cells => _best ?? [];

    /// <summary>The best epoch so far, from 1; 0 before the first.</summary>
    public int BestEpoch => _bestEpoch;

    /// <inheritdoc/>
    public override void OnPreparing(TrainingContext training) => _best ??= CellCopy.Of(training.Model.State());

    /// <inheritdoc/>
    public override void OnEpochDone(TrainingContext training, EpochResult result)
    {
        _epochs = result.Epoch;
        double value = _metric.Of(result);
        if (_metric.IsBetter(value, _bestValue))
        {
            (_bestValue, _bestEpoch) = (value, result.Epoch);
            CellCopy.Write(training.Model.State(), to: _best!);
        }
        else if (result.Epoch - _bestEpoch >= _patience)
        {
            string name = _metric == MonitoredMetric.Accuracy ? "accuracy" : "loss";
            training.Stop(string.Create(
                CultureInfo.InvariantCulture, $"the {name} has not become better since epoch {_bestEpoch}, for {_patience} epochs"));
        }
    }

    /// <inheritdoc/>
    public override void OnTrainingEnds(TrainingContext training, TrainingResult result)
    {
        if (result.IsComplete && _bestEpoch > 0 && _bestEpoch < _epochs)
        {
            CellCopy.Write(_best!, to: training.Model.State());
        }
    }

    /// <inheritdoc/>
    public void SaveState(Utf8JsonWriter json)
    {
        json.WriteExact("best", _bestValue);
        json.WriteNumber("best_epoch", _bestEpoch);
        json.WriteNumber("epochs", _epochs);
    }

    /// <inheritdoc/>
    public void LoadState(JsonElement state)
    {
        _bestValue = state.ReadExact("best");
        _bestEpoch = state.GetProperty("best_epoch").GetInt32();
        _epochs = state.GetProperty("epochs").GetInt32();
    }
}
