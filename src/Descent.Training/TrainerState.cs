using System.Diagnostics;
using System.Text.Json;

namespace Descent;

/// <summary>What a <see cref="Trainer"/> remembers from step to step, and so what a checkpoint holds of it.</summary>
internal sealed class TrainerState : IResumable
{
    /// <summary>Of the smoothed loss: what a step adds.</summary>
    private const double Newest = 0.02;

    private readonly List<EpochResult> _epochs = [];
    private readonly Stopwatch _watch = new();
    private double _lossSum, _secondsBefore, _secondsOfEpochs;
    private long _images;
    private int _imagesOfEpoch;

    public string StateName => "trainer";

    /// <summary>The epochs that are over.</summary>
    public IReadOnlyList<EpochResult> Epochs => _epochs;

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Smoothed over about 50 steps; NaN before the first.</summary>
    public double SmoothedLoss { get; private set; } = double.NaN;

    /// <summary>That of the last validation; null before the first, or where numbers are learned.</summary>
    public double? LastAccuracy => _epochs.Count > 0 && _epochs[^1].Validation is { R2: null } last ? last.Accuracy : null;

    /// <summary>Why the training ends behind the last epoch; null where it goes on.</summary>
    public string? StopReason { get; set; }

    /// <summary>Training time, that before an interruption included.</summary>
    public double Seconds => _secondsBefore + _watch.Elapsed.TotalSeconds;

    public double ImagesPerSecond => _images / Math.Max(Seconds, 1e-9);

    /// <summary>Whether the validation accuracy of the last epoch, or R², is above all before it.</summary>
    public bool IsBest => _epochs[^1].Validation?.Score is { } last && _epochs.SkipLast(1).All(epoch => epoch.Validation?.Score < last);

    /// <summary>Time that passes now is training, until <see cref="Pause"/>.</summary>
    public void Resume() => _watch.Start();

    public void Pause() => _watch.Stop();

    public void Took(int images, double loss)
    {
        Step++;
        _images += images;
        _imagesOfEpoch += images;
        _lossSum += loss * images;
        SmoothedLoss = double.IsNaN(SmoothedLoss) ? loss : ((1 - Newest) * SmoothedLoss) + (Newest * loss);
    }

    /// <summary>An epoch is over.</summary>
    public EpochResult EndEpoch(Evaluation? validation, double learningRate)
    {
        var result = new EpochResult(
            _epochs.Count + 1, Step, _lossSum / _imagesOfEpoch, validation, learningRate, Seconds - _secondsOfEpochs);
        _epochs.Add(result);
        (_lossSum, _imagesOfEpoch, _secondsOfEpochs) = (0, 0, Seconds);
        return result;
    }

    public void SaveState(Utf8JsonWriter json)
    {
        json.WriteNumber("step", Step);
        json.WriteExact("smoothed_loss", SmoothedLoss);
        json.WriteExact("seconds", Seconds);
        json.WriteExact("seconds_of_epochs", _secondsOfEpochs);
        json.WriteNumber("images", _images);
        json.WriteNumber("images_of_epoch", _imagesOfEpoch);
        json.WriteExact("loss_sum_of_epoch", _lossSum);
        json.WriteString("stop_reason", StopReason);
        json.WriteStartArray("epochs");
        foreach (EpochResult epoch in _epochs)
        {
            json.WriteStartObject();
            epoch.SaveState(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void LoadState(JsonElement state)
    {
        Step = state.GetProperty("step").GetInt64();
        SmoothedLoss = state.ReadExact("smoothed_loss");
        _secondsBefore = state.ReadExact("seconds");
        _secondsOfEpochs = state.ReadExact("seconds_of_epochs");
        _images = state.GetProperty("images").GetInt64();
        _imagesOfEpoch = state.GetProperty("images_of_epoch").GetInt32();
        _lossSum = state.ReadExact("loss_sum_of_epoch");
        StopReason = state.GetProperty("stop_reason").GetString();
        _epochs.Clear();
        _epochs.AddRange(state.GetProperty("epochs").EnumerateArray().Select(EpochResult.FromState));
        _watch.Reset();
    }
}
