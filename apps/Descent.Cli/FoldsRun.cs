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
                sweep!.Apply(settings, value);
            }

            (IDataset data, _, _) = TrainingData.Load(settings, new Rng(settings.Get(TrainingSettings.Seed), device), cancellation);
            Console.Error.WriteLine(
                $"{architecture} on {source}: {Text.Count(data.Count)} {Text.Examples(data.Task)} in {folds} folds{(sweep is null ? "" : $", {sweep}")}");
            IReadOnlyList<FoldSummary> summaries = CrossValidation.Run(settings, data, folds, sweep, device, score => Show(score, sweep, folds, data.Task, json), cancellation);
            foreach (FoldSummary summary in summaries)
            {
                Console.Out.WriteLine(json ? Json.Line(summary.WriteMembers) : Line(summary, sweep, data.Task));
            }

            return ExitCode.Success;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void Show(FoldScore score, Sweep? sweep, int folds, LearningTask task, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(Json.Line(score.WriteMembers));
        }

        string measure = task == LearningTask.Regression ? "" : $"accuracy {Text.Percent(score.Evaluation.Accuracy)}, ";
        Console.Error.WriteLine($"{Name(score.Value, sweep)}fold {score.Fold}/{folds}: {measure}loss {Text.Loss(score.Evaluation.Loss)}, {Text.Seconds(score.Seconds)}");
    }

    private static string Line(FoldSummary summary, Sweep? sweep, LearningTask task)
    {
        string measure = task == LearningTask.Regression ? "" : $"accuracy {Text.Percent(summary.Accuracy)} ± {Text.Percent(summary.AccuracyDeviation)}, ";
        return $"{Name(summary.Value, sweep)}{measure}loss {Text.Loss(summary.Loss)} ± {Text.Loss(summary.LossDeviation)} over {summary.Folds.Count} folds";
    }

    private static string Name(string? value, Sweep? sweep) => sweep is null ? "" : $"{sweep.Name} {value}: ";
}
