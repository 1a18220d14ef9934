using System.CommandLine;
using System.Diagnostics;

namespace Descent.Cli;

/// <summary><c>descent train</c>: trains a network and writes its run folder.</summary>
internal static class TrainVerb
{
    private static readonly SettingOptions s_options = new(TrainingSettings.Schema);

    public static Command Command()
    {
        var command = new Command("train", "Train a network: LeNet-5 on the built-in digits, unless told otherwise.");
        s_options.AddTo(command);
        command.Add(ResumedRun.Option);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(s_options.Read(parsed), ResumedRun.Find(parsed), cancellation)));
        return command;
    }

    private static int Run(SettingValues settings, RunFolder? resumed, CancellationToken cancellation)
    {
        bool json = settings.Get(TrainingSettings.Json);
        if (resumed is not null)
        {
            settings = ResumedRun.Settings(resumed, settings);
            Console.Error.WriteLine($"run {resumed.FullPath} ({resumed.Record.Status})");
            if (resumed.Record is { Status: RunRecord.Finished, Outcome: { } outcome })
            {
                Show(outcome, resumed, settings.Get(TrainingSettings.Model).Task, json);
                return ExitCode.Success;
            }
        }

        ThrowIfUnused(settings);
        if (settings.Get(TrainingSettings.Folds) is { } folds)
        {
            return resumed is null ? FoldsRun.Run(settings, folds, cancellation) : throw new UsageException("--folds has no run to --resume.");
        }

        if (settings.Get(TrainingSettings.Sweep) is not null)
        {
            throw new UsageException("--sweep compares values by cross-validation: add --folds, such as --folds 5.");
        }

        DataSource source = settings.Get(TrainingSettings.Data);
        Architecture architecture = settings.Get(TrainingSettings.Model);
        TrainingPlan plan = TrainingPlan.Of(settings);
        bool overwrite = settings.Get(TrainingSettings.Overwrite);
        string path = resumed?.FullPath ?? settings.Get(TrainingSettings.Out) ?? RunFolder.NextFree("runs", $"{source.Kind}-{architecture.Name}");
        if (resumed is null)
        {
            RunFolder.CheckFree(path, overwrite);
        }

        Device device = Device.Cpu(settings.Get(TrainingSettings.Threads) ?? 0);
        var rng = new Rng(settings.Get(TrainingSettings.Seed), device);
        (IDataset train, IDataset? validation, IDataset test) = TrainingData.Load(settings, rng, cancellation);
        architecture = architecture.For(train);
        Layer model = Build(architecture, train, rng, plan.Options.Preprocess);
        bool testFlip = settings.Get(TrainingSettings.TestFlip);
        MustSuit(testFlip, model, train, plan.Options.Preprocess);
        if (architecture.IsFitted)
        {
            train = plan.Options.Preprocess?.Fit(train) is { } fitted ? train.With(fitted) : train;
            return Fit(Trained(train.Preprocessing), train, test, path, settings);
        }

        string? weights = settings.Get(TrainingSettings.Weights);
        NamePattern? replace = settings.Get(TrainingSettings.Replace), freeze = settings.Get(TrainingSettings.Freeze);
        Parameter[] trained = Begin(model, weights, replace, freeze, readsWeights: resumed is null or { HasCheckpoints: false });

        // Eager mode computes what a probe only wants to look at.
        TrainingMonitor? monitor = plan.Options.Eager ? null : new TrainingMonitor();
        Trainer trainer = TrainerOf(plan, model, trained, train, rng, validation, monitor is null ? [] : [monitor]);
        cancellation.ThrowIfCancellationRequested();

        RunFolder run = resumed ?? RunFolder.Create(path, overwrite: overwrite, record: new RunRecord
        {
            Settings = plan.Settings.With(TrainingSettings.Threads, device.Threads),
        });
        using var display = new TrainingDisplay(plan.Options.Epochs);
        using var checkpoints = new TrainingCheckpoints(run, settings.Get(TrainingSettings.CheckpointEvery)) { Say = display.Say };
        if (resumed is not null)
        {
            run.Write(run.Record with { Status = RunRecord.Running, Error = null });
        }

        trainer.Checkpoints = checkpoints;
        if (monitor is not null)
        {
            monitor.OnStatistics = statistics => run.Append(statistics.WriteMembers);
            monitor.OnFinding = Tell;
        }

        trainer.OnStep = display.ShowStep;
        trainer.OnEpoch = result =>
        {
            run.Append(result.WriteMembers);
            display.ShowEpoch(result);
            if (json)
            {
                Console.Out.WriteLine(Json.Line(result.WriteMembers));
            }
        };
        display.Say(
            $"{architecture} ({Text.Count(model.Count)} parameters) on {source}: "
            + $"{Text.Count(trainer.TrainingSet.Count)} {Text.Examples(architecture.Task)} to train on, {Text.Count(trainer.ValidationSet?.Count ?? 0)} to validate, "
            + $"{Text.Count(test.Count)} to test; {plan.Optimizer}, {device}");
        foreach (Finding finding in resumed is null && monitor is not null ? Doctor.Examine(new(() => trainer, test), quickOnly: true, cancellation) : [])
        {
            if (finding.Verdict != Verdict.Ok)
            {
                Tell(finding);
            }
        }

        return Train(run, trainer, Trained(trainer.TrainingSet.Preprocessing), test, json, display, plan.Options.Eager ? device.Eager() : null, cancellation);

        Classifier Trained(Preprocessing preprocessing) => new(model, architecture, train.ImageShape, train.ClassNames, preprocessing)
        {
            Task = train.Task,
            TestFlip = testFlip,
            Fit = settings.Get(TrainingSettings.Fit),
        };

        void Tell(Finding finding)
        {
            run.Append(finding.WriteMembers);
            display.Say($"warning: {finding.Says} {finding.Advice}");
        }
    }

    private static int Train(
        RunFolder run,
        Trainer trainer,
        Classifier classifier,
        IDataset test,
        bool json,
        TrainingDisplay display,
        IDisposable? eager,
        CancellationToken cancellation)
    {
        TrainingResult result;
        try
        {
            result = display.Around(() => trainer.Run(cancellation));
        }
        catch (Exception e)
        {
            display.Say($"The last checkpoint stays. Once the cause is gone, go on with: descent train --resume {run.FullPath}");
            try
            {
                run.Write(run.Record with { Status = RunRecord.Failed, Error = e.Message });
            }
            catch (FileWriteException) when (e is FileWriteException)
            {
                // The disk that failed the training fails its record too; the first error is the one to tell.
            }

            throw;
        }
        finally
        {
            eager?.Dispose();
        }

        Layer model = classifier.Model.Eval();
        classifier.Save(run.ModelPath);
        if (!result.IsComplete)
        {
            run.Write(run.Record with { Status = RunRecord.Interrupted });
            display.Say($"Interrupted; the weights so far are in {run.ModelPath}. Go on with: descent train --resume {run.FullPath}");
            return ExitCode.Interrupted;
        }

        if (result.StopReason is { } reason)
        {
            display.Say($"Stopped after {result.Epochs.Count} epochs: {reason}.");
        }

        return Finish(run, classifier, test, result, json);
    }

    /// <summary>Measures the network on the test set, and records and shows what the run came to.</summary>
    private static int Finish(RunFolder run, Classifier classifier, IDataset test, TrainingResult result, bool json)
    {
        Layer model = classifier.Model;
        IDataset seen = classifier.Adapt(test);
        EvaluationReport evaluation = Evaluated(run, classifier, seen);
        var outcome = new RunOutcome(
            evaluation.Accuracy,
            evaluation.Loss,
            result.Seconds,
            result.ImagesPerSecond,
            result.Epochs.Count,
            model.Parameters().Where(p => !p.IsFrozen).Sum(p => p.Shape.Count),
            WeightsHash.Of(model))
        {
            TestMeanIntersectionOverUnion = evaluation.MeanIntersectionOverUnion,
            TestR2 = evaluation.Regression?.R2,
        };
        run.Write(run.Record with { Status = RunRecord.Finished, Outcome = outcome });
        Show(outcome, run, classifier.Task, json);
        WriteReport(run, classifier, evaluation, seen);
        return ExitCode.Success;
    }

    /// <summary>What the network makes of the test set; where that is no numbers, the run has failed.</summary>
    private static EvaluationReport Evaluated(RunFolder run, Classifier classifier, IDataset seen)
    {
        try
        {
            return EvaluationReport.Of(classifier.Model, seen, testFlip: classifier.TestFlip);
        }
        catch (NonFiniteException e)
        {
            run.Write(run.Record with { Status = RunRecord.Failed, Error = e.Message });
            throw;
        }
    }

    /// <summary>Lets a model learn that takes no steps.</summary>
    private static int Fit(Classifier classifier, IDataset train, IDataset test, string path, SettingValues settings)
    {
        bool json = settings.Get(TrainingSettings.Json);
        Console.Error.WriteLine(
            $"{classifier.Architecture} on {settings.Get(TrainingSettings.Data)}: {Text.Count(train.Count)} {Text.Examples(train.Task)} to learn from, "
            + $"{Text.Count(test.Count)} to test");
        long started = Stopwatch.GetTimestamp();
        try
        {
            classifier.Architecture.Fit(classifier.Model, train);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        classifier.Model.Eval();
        RunFolder run = RunFolder.Create(path, new RunRecord { Settings = settings }, settings.Get(TrainingSettings.Overwrite));
        classifier.Save(run.ModelPath);
        return Finish(run, classifier, test, new([], IsComplete: true, seconds, train.Count / Math.Max(seconds, 1e-9)), json);
    }

    /// <summary>The run is done, whatever becomes of its page.</summary>
    private static void WriteReport(RunFolder run, Classifier classifier, EvaluationReport evaluation, IDataset seen)
    {
        try
        {
            ReportFile.Write(RunReport.Of(run, classifier, evaluation, seen), run.ReportPath);
            Console.Error.WriteLine($"report {run.ReportPath}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
        }
    }

    private static void Show(RunOutcome outcome, RunFolder run, LearningTask task, bool json) => Console.Out.WriteLine(json
        ? Json.Line(members =>
        {
            outcome.WriteMembers(members);
            members.WriteString("run", run.FullPath);
        })
        : $"""
        {Result(outcome)}
        trained for {Text.Seconds(outcome.TrainSeconds)} at {Text.Count((long)outcome.ImagesPerSecond)} {Text.Examples(task)}/s
        run {run.FullPath}
        """);

    private static string Result(RunOutcome outcome) => outcome.TestAccuracy is { } accuracy
        ? $"test accuracy {Text.Accuracy(accuracy, outcome.TestMeanIntersectionOverUnion)}"
        : $"test {(outcome.TestR2 is { } r2 ? $"R² {Text.Loss(r2)}, " : "")}loss {Text.Loss(outcome.TestLoss)}";

    /// <summary>Reads the weights to go on from, freezes what is to stay, and gives what is left to train.</summary>
    internal static Parameter[] Begin(Layer model, string? weights, NamePattern? replace, NamePattern? freeze, bool readsWeights)
    {
        if (replace is not null && weights is null)
        {
            throw new UsageException("--replace says what not to take from --weights, which is not given.");
        }

        try
        {
            if (weights is not null && readsWeights)
            {
                _ = replace is null ? model.Load(weights) : model.Load(weights, except: replace);
            }

            if (freeze is not null)
            {
                model.Freeze(freeze);
            }
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
        catch (InvalidDataException e) when (replace is null)
        {
            throw new InvalidDataException($"{e.Message} What is to begin anew, such as a head for other classes, is named by --replace.", e);
        }

        foreach (Parameter parameter in model.Parameters())
        {
            parameter.IsFrozen &= replace is null || !replace.Matches(parameter.Name);
        }

        Parameter[] trained = [.. model.Parameters().Where(parameter => !parameter.IsFrozen)];
        return trained.Length > 0 ? trained : throw new UsageException($"--freeze {freeze} leaves nothing to train.");
    }

    /// <summary>What the test would refuse is refused before the training.</summary>
    private static void MustSuit(bool testFlip, Layer model, IDataset data, PreprocessingKind? preprocessing)
    {
        try
        {
            if (testFlip)
            {
                TestFlip.MustSuit(model, data.Task, preprocessing?.OutputShape(data) ?? data.InputShape());
            }
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    internal static Trainer TrainerOf(
        TrainingPlan plan, Layer model, Parameter[] trained, IDataset data, Rng rng, IDataset? validation = null, params IEnumerable<TrainerCallback> callbacks)
    {
        try
        {
            return plan.Trainer(model, trained, data, rng, validation, callbacks);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void ThrowIfUnused(SettingValues settings)
    {
        try
        {
            TrainingPlan.ThrowIfUnused(settings);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    internal static Layer Build(Architecture architecture, IDataset data, Rng rng, PreprocessingKind? preprocessing)
    {
        try
        {
            return architecture.Build(data, rng, preprocessing);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
