namespace Descent;

/// <summary>
/// Values of one setting to compare: <c>learning-rate=0.01,0.001</c>. The name is that of a setting, or of an option of the network or of the
/// optimizer: <c>k=1,3,5</c>, <c>weight-decay=0,0.001</c>.
/// </summary>
public sealed class Sweep
{
    private Sweep(string name, string[] values) => (Name, Values) = (name, values);

    /// <summary>What changes.</summary>
    public string Name { get; }

    /// <summary>Its values, as texts.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Reads <c>NAME=VALUE,VALUE</c>.</summary>
    /// <exception cref="ArgumentException">It is not of that form.</exception>
    public static Sweep Parse(string text)
    {
        string[] pair = text.Split('=', 2);
        string[] values = pair.Length < 2 ? [] : pair[1].Split(',');
        return pair[0].Length > 0 && values.Length > 0 && values.All(value => value.Length > 0) && values.Distinct().Count() == values.Length
            ? new(pair[0], values)
            : throw new ArgumentException($"A sweep is a name and different values, such as weight-decay=0,0.001,0.01, not '{text}'.");
    }

    /// <summary>The settings with one of the values.</summary>
    /// <exception cref="ArgumentException">There is nothing of that name, or it takes no such value.</exception>
    public SettingValues Apply(SettingValues settings, string value)
    {
        if (TrainingSettings.Schema.Find(Name) is { } setting)
        {
            return settings.With(setting, setting.Read(value, $"--sweep {Name}"));
        }

        Architecture model = settings.Get(TrainingSettings.Model);
        if (model.Has(Name))
        {
            return settings.With(TrainingSettings.Model, model.With(Name, value));
        }

        OptimizerKind optimizer = TrainingPlan.Of(settings).Optimizer;
        if (!model.IsFitted && optimizer.Has(Name))
        {
            // The rate stays the one that suits the network, as if the optimizer had not been named.
            return settings.With<double?>(TrainingSettings.LearningRate, TrainingPlan.Of(settings).LearningRate)
                .With(TrainingSettings.Optimizer, optimizer.With(Name, value));
        }

        IEnumerable<string> known = TrainingSettings.Schema.All.Select(s => s.Name).Concat(model.Options.Select(o => o.Name))
            .Concat(model.IsFitted ? [] : optimizer.Options.Select(o => o.Name));
        throw new ArgumentException(
            $"--sweep: neither a setting nor an option of {model.Name}{(model.IsFitted ? "" : $" or {optimizer.Name}")} is named '{Name}'; "
            + $"did you mean '{NearestName.To(Name, known)}'?");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}={string.Join(',', Values)}";
}
