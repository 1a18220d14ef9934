using System.Text.Json;

namespace Descent;

/// <summary>A rate that falls once a measure has not become better for some epochs; a checkpoint holds where it stands.</summary>
internal sealed class PlateauRate(double rate, double factor, int patience) : TrainerCallback, IResumable
{
    private readonly ReduceOnPlateau _plateau = new(rate, factor, patience);

    public string StateName => "plateau";

    /// <summary>What the rate is multiplied by now.</summary>
    public double Factor => _plateau.Rate / rate;

    public override void OnEpochDone(TrainingContext training, EpochResult result) => _plateau.Observe(MonitoredMetric.Loss.Of(result));

    public void SaveState(Utf8JsonWriter json)
    {
        (double now, double best, int bad, int cooldown) = _plateau.State;
        json.WriteExact("rate", now);
        json.WriteExact("best", best);
        json.WriteNumber("bad_epochs", bad);
        json.WriteNumber("cooldown_left", cooldown);
    }

    public void LoadState(JsonElement state) => _plateau.State = new(
        state.ReadExact("rate"), state.ReadExact("best"), state.GetProperty("bad_epochs").GetInt32(), state.GetProperty("cooldown_left").GetInt32());
}
