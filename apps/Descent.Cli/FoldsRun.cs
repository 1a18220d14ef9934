namespace Descent.Cli;

/// <summary><c>descent train --folds</c>: cross-validation, which ends with a table and leaves no run.</summary>
internal static class FoldsRun
{
    public static int Run(SettingValues settings, int folds, CancellationToken cancellation)
    {
        foreach (Setting setting in (Setting[])[TrainingSettings.Weights, TrainingSettings.Freeze, TrainingSettings.Replace, TrainingSettings.Out])
        {
            if (settings.IsGiven(setting))
            {
                throw new UsageException($"--folds trains networks that are not kept, each from its beginning: leave out --{setting.Name}.");
            }
        }

        DataSource source = settings.Get(TrainingSettings.Data);
        Architecture architecture = settings.Get(TrainingSettings.Model);
        Sweep? sweep = settings.Get(TrainingSettings.Sweep);
        bool json = settings.Get(TrainingSettings.Json);
        Device device = Device.Cpu(settings.Get(TrainingSettings.Threads) ?? 0);
        try
        {
            // What cannot be compared is told before the data is read.
            foreach (string value in sweep?.Values ?? [])
            {
                TrainingPlan.ThrowIfUnused(sweep!.Apply(settings, value));
            }

            (IDataset data, _, _) = TrainingData.Load(settings, new Rng(settings.Get(TrainingSettings.Seed), device), cancellation);
            Console.Error.WriteLine(
                $"{architecture} on {source}: {Text.Count(data.Count)} {Text.Examples(data.Task)} in {folds} folds{(sweep is null ? "" : $", {sweep}")}");
            IReadOnlyList<FoldSummary> summaries = CrossValidation.Run(settings, data, folds, sweep, device, score => Show(score, sweep, folds, json), cancellation);
            foreach (FoldSummary summary in summaries)
            {
                Console.Out.WriteLine(json ? Json.Line(summary.WriteMembers) : Line(summary, sweep));
            }

            return ExitCode.Success;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void Show(FoldScore score, Sweep? sweep, int folds, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(Json.Line(score.WriteMembers));
        }

        Console.Error.WriteLine(
            $"{Name(score.Value, sweep)}fold {score.Fold}/{folds}: {Text.Measures(score.Evaluation)}, loss {Text.Loss(score.Evaluation.Loss)}, {Text.Seconds(score.Seconds)}");
    }

    private static string Line(FoldSummary summary, Sweep? sweep)
    {
        string score = summary.HasAccuracy
            ? $"accuracy {Text.Percent(summary.Score)} ± {Text.Percent(summary.ScoreDeviation)}"
            : $"R² {Text.Loss(summary.Score)} ± {Text.Loss(summary.ScoreDeviation)}";
        return $"{Name(summary.Value, sweep)}{score}, loss {Text.Loss(summary.Loss)} ± {Text.Loss(summary.LossDeviation)} over {summary.Folds.Count} folds";
    }

    private static string Name(string? value, Sweep? sweep) => sweep is null ? "" : $"{sweep.Name} {value}: ";
}
