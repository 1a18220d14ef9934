using System.Text.Json;

namespace Descent;

/// <summary>Watches a training: statistics behind each epoch, warnings once each, and an end where the loss explodes.</summary>
/// <remarks>
/// A step costs a comparison of two numbers. Behind each epoch one batch is looked at (<see cref="NetworkStatistics"/>), and the weights before and
/// after its last step are compared. Where the smoothed loss exceeds three times that of the start, the weights of the best epoch so far, or those of
/// the start, are put back and the training stops. A loss that begins at 0, as the perceptron's does, has no such limit.
/// </remarks>
public sealed class TrainingMonitor : TrainerCallback, IResumable
{
    private const int MostProbed = 64;
    private const double Explodes = 3, Falls = 0.99, NearStart = 0.9, Gap = 1.5;

    /// <summary>Epochs in a row of a rising validation loss that are no accident.</summary>
    private const int Rising = 2;

    private readonly DeadUnitsCheck _dead = new();
    private readonly SaturationCheck _saturation = new();
    private readonly HashSet<string> _said = [];
    private readonly List<EpochResult> _epochs = [];
    private UpdateRatios? _ratios;
    private (string Name, double Ratio, bool IsWeight)[] _lastRatios = [];
    private IReadOnlyDictionary<string, Cell>? _good;
    private long _step;
    private double _start, _bestLoss = double.PositiveInfinity;

    /// <summary>Told statistics, behind each epoch.</summary>
    public Action<TrainingStatistics>? OnStatistics { get; set; }

    /// <summary>Told what is wrong, each thing once.</summary>
    public Action<Finding>? OnFinding { get; set; }

    /// <summary>Whether the training was stopped because its loss exploded.</summary>
    public bool HasDiverged { get; private set; }

    /// <inheritdoc/>
    public string StateName => "monitor";

    /// <inheritdoc/>
    public override void OnTrainingBegins(TrainingContext training)
    {
        if (!training.Optimizer.SearchesByItself)
        {
            _ratios = UpdateRatios.Of(training.Optimizer);
        }

        _good = CellCopy.Of(training.Model.State());
    }

    /// <inheritdoc/>
    public override void OnStepDone(TrainingContext training, in TrainingProgress progress)
    {
        long step = progress.Step;
        if (step == 1)
        {
            // The smoothed loss begins with the first one.
            _start = progress.Loss;
        }
        else if (_start > 0 && progress.Loss > Explodes * _start && training.StopReason is null)
        {
            HasDiverged = true;
            CellCopy.Write(_good!, training.Model.State());
            string says = $"the loss rose from {Short(_start)} to {Short(progress.Loss)}";
            Say(new("diverged", Verdict.Fail, progress.Loss / _start, $"At step {step} {says}.",
                "The learning rate is too large: 'descent doctor' suggests one. The weights from before are kept.")
            { Epoch = progress.Epoch });
            training.Stop($"{says}; the learning rate is too large, and the weights from before are kept");
        }

        long steps = training.Steps / training.Epochs, left = (progress.Epoch * steps) - step;
        if (left == 1)
        {
            _ratios?.Next();
        }
        else if (left == 0)
        {
            _lastRatios = _ratios is null ? [] : _ratios.Next();
        }

        _step = step;
    }

    /// <inheritdoc/>
    public override void OnEpochDone(TrainingContext training, EpochResult result)
    {
        if (HasDiverged)
        {
            return;
        }

        _epochs.Add(result);
        NetworkStatistics network = NetworkProbe.Measure(
            training.Model, training.Objective, DoctorSubject.Spread(training.TrainingSet, MostProbed));
        OnStatistics?.Invoke(new(
            result.Epoch, result.Step, result.LearningRate, network, _lastRatios.ToDictionary(ratio => ratio.Name, ratio => ratio.Ratio)));
        Finding?[] findings = [_dead.Of(network), _saturation.Of(network), OfLoss(result), OfGap(), OfRatios(result)];
        foreach (Finding? finding in findings)
        {
            if (finding is { Verdict: not Verdict.Ok })
            {
                Say(finding with { Epoch = result.Epoch });
            }
        }

        double loss = result.Validation?.Loss ?? result.TrainingLoss;
        if (loss < _bestLoss)
        {
            (_bestLoss, _good) = (loss, CellCopy.Of(training.Model.State()));
        }
    }

    /// <inheritdoc/>
    public void SaveState(Utf8JsonWriter json)
    {
        json.WriteNumber("step", _step);
        json.WriteExact("start", _start);
        json.WriteExact("best_loss", _bestLoss);
        json.WriteStartArray("said");
        foreach (string name in _said.Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("ratios");
        foreach ((string name, double ratio, bool isWeight) in _lastRatios)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteExact("ratio", ratio);
            json.WriteBoolean("is_weight", isWeight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("epochs");
        foreach (EpochResult epoch in _epochs.TakeLast(Rising + 1))
        {
            json.WriteStartObject();
            epoch.SaveState(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void LoadState(JsonElement state)
    {
        _step = state.GetProperty("step").GetInt64();
        _start = state.ReadExact("start");
        _bestLoss = state.ReadExact("best_loss");
        _said.UnionWith(state.GetProperty("said").EnumerateArray().Select(name => name.GetString()!));
        _lastRatios = [.. state.GetProperty("ratios").EnumerateArray().Select(
            one => (one.GetProperty("name").GetString()!, one.ReadExact("ratio"), one.GetProperty("is_weight").GetBoolean()))];
        _epochs.AddRange(state.GetProperty("epochs").EnumerateArray().Select(EpochResult.FromState));
    }

    private Finding? OfLoss(EpochResult result) => result.Epoch is 2 or 3 && _start > 0
        && result.TrainingLoss > Falls * _epochs[^2].TrainingLoss && result.TrainingLoss > NearStart * _start
        ? new("loss-stands", Verdict.Warn, result.TrainingLoss / _start,
            $"After {result.Epoch} epochs the loss is {Short(result.TrainingLoss)}, where it began at {Short(_start)}.",
            "The learning rate is too small, or the labels do not belong to the inputs: 'descent doctor' tells.")
        : null;

    private Finding? OfGap()
    {
        EpochResult[] last = [.. _epochs.TakeLast(Rising + 1)];
        bool rises = last.Length > Rising && last.Zip(last.Skip(1)).All(pair => pair.Second.Validation?.Loss > pair.First.Validation?.Loss);
        return rises && last[^1] is { Validation: { } validation } result && validation.Loss > Gap * result.TrainingLoss
            ? new("gap", Verdict.Warn, validation.Loss / result.TrainingLoss,
                $"The validation loss rises ({Short(validation.Loss)}) while the training loss falls ({Short(result.TrainingLoss)}).",
                "The network learns by heart: stop earlier (--patience), augment, regularise, or give it more data.")
            : null;
    }

    private Finding? OfRatios(EpochResult result)
    {
        double[] weights = [.. _lastRatios.Where(ratio => ratio.IsWeight).Select(ratio => ratio.Ratio).Order()];
        double median = weights.Length == 0 ? 1e-3 : weights[weights.Length / 2];

        // Schedules end at rates near 0, which is no fault; too large steps are one at any time.
        return median > UpdateRatioCheck.High
            ? new("update-ratio", Verdict.Warn, median, $"The last step of epoch {result.Epoch} changed weights by {Short(median)} of their size.",
                "Lower the learning rate: near 0.001 is healthy.")
            : null;
    }

    private void Say(Finding finding)
    {
        if (_said.Add(finding.Check))
        {
            OnFinding?.Invoke(finding);
        }
    }

    private static string Short(double number) => number.ToString("G3", System.Globalization.CultureInfo.InvariantCulture);
}
