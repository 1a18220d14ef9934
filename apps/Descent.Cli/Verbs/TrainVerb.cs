using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent train</c>: trains a network and writes its run folder.</summary>
internal static class TrainVerb
{
    private static readonly Option<DataSource?> s_data = Arguments.Data(
        $"Training and test data, digits by default: {string.Join(", ", DataSource.Kinds)}.");

    private static readonly Option<string?> s_dataDirectory = Arguments.DataDirectory();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<bool> s_json = Arguments.Json();

    private static readonly Option<Architecture?> s_model = Arguments.Option<Architecture?>(
        "--model", "NAME[:OPTIONS]", "The network, lenet5 by default; 'descent models' lists all.", Architecture.Parse);

    private static readonly Option<string?> s_weights = Arguments.Option<string?>(
        "--weights", "FILE", "A .safetensors file of a network with the same state names, which training goes on from.", text => text);

    private static readonly Option<NamePattern?> s_replace = Arguments.Option<NamePattern?>(
        "--replace", "NAMES", "What begins anew and not from --weights, such as a head for other classes: 'fc.*'.", text => new NamePattern(text));

    private static readonly Option<NamePattern?> s_freeze = Arguments.Option<NamePattern?>(
        "--freeze", "NAMES", "Parameters to keep as they are: 'conv1.*,layer1.*', or '*' for all but those of --replace.",
        text => new NamePattern(text));

    private static readonly Option<int?> s_epochs = Arguments.Option<int?>(
        "--epochs", "N", "Passes over the training images; 5 by default.", text => Arguments.Whole(text, "--epochs", 1, 100_000));

    private static readonly Option<int?> s_batch = Arguments.Option<int?>(
        "--batch", "N", "Images per step; 64 by default.", text => Arguments.Whole(text, "--batch", 1, 1_000_000));

    private static readonly Option<double?> s_learningRate = Arguments.Option<double?>(
        "--learning-rate", "RATE", "The peak of the cycle; by default one that suits the optimizer.",
        text => Arguments.Positive(text, "--learning-rate"));

    private static readonly Option<OptimizerKind?> s_optimizer = Arguments.Option<OptimizerKind?>(
        "--optimizer", "NAME", $"{string.Join(", ", OptimizerKind.All.Select(kind => kind.Name))}; the first by default.", OptimizerKind.Parse);

    private static readonly Option<ulong?> s_seed = Arguments.Option<ulong?>(
        "--seed", "N", "Equal seeds give equal weights, bit for bit; 1 by default.", text => Arguments.Seed(text));

    private static readonly Option<string?> s_out = Arguments.Option<string?>(
        "--out", "FOLDER", "The run's folder; runs/DATA-MODEL-NNN by default.", text => text);

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace the run that --out already holds." };

    private static readonly Option<bool> s_eager = new("--eager")
    {
        Description = "Compute each operation when it is made: slower, the same weights, errors where they arise.",
    };

    public static Command Command()
    {
        var command = new Command("train", "Train a network: LeNet-5 on the built-in digits, unless told otherwise.")
        {
            s_data, s_dataDirectory, s_model, s_weights, s_replace, s_freeze, s_epochs, s_batch, s_learningRate, s_optimizer,
            s_seed, s_threads, s_out, s_overwrite, s_eager, s_json,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        DataSource source = parsed.GetValue(s_data) ?? DataSource.Parse("digits");
        Architecture architecture = parsed.GetValue(s_model) ?? Architecture.Parse("lenet5");
        OptimizerKind kind = parsed.GetValue(s_optimizer) ?? OptimizerKind.All[0];
        var options = new TrainerOptions { Eager = parsed.GetValue(s_eager) };
        options = options with
        {
            Epochs = parsed.GetValue(s_epochs) ?? options.Epochs,
            BatchSize = parsed.GetValue(s_batch) ?? options.BatchSize,
        };
        bool overwrite = parsed.GetValue(s_overwrite);
        string path = parsed.GetValue(s_out) ?? RunFolder.NextFree("runs", $"{source.Kind}-{architecture.Name}");
        RunFolder.CheckFree(path, overwrite);

        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        var rng = new Rng(parsed.GetValue(s_seed) ?? 1, device);
        (IDataset train, IDataset test) = source.Load(rng, parsed.GetValue(s_dataDirectory));
        Layer model = Build(architecture, train, rng);
        string? weights = parsed.GetValue(s_weights);
        NamePattern? replace = parsed.GetValue(s_replace), freeze = parsed.GetValue(s_freeze);
        Parameter[] trained = Begin(model, weights, replace, freeze);
        double rate = parsed.GetValue(s_learningRate) ?? kind.LearningRate;
        Optimizer optimizer = kind.Create(trained, rate);
        cancellation.ThrowIfCancellationRequested();

        RunFolder run = RunFolder.Create(path, overwrite: overwrite, record: new RunRecord
        {
            Data = source.ToString(),
            DataDirectory = parsed.GetValue(s_dataDirectory),
            Model = architecture.ToString(),
            Weights = weights,
            Replaced = replace?.ToString(),
            Frozen = freeze?.ToString(),
            Optimizer = kind.Name,
            LearningRate = rate,
            Epochs = options.Epochs,
            BatchSize = options.BatchSize,
            Seed = rng.Seed,
            Threads = device.Threads,
        });
        bool json = parsed.GetValue(s_json);
        using var display = new TrainingDisplay(options.Epochs);
        var trainer = new Trainer(model, optimizer, train, rng, options)
        {
            OnStep = display.ShowStep,
            OnEpoch = result =>
            {
                run.Append(result.WriteMembers);
                display.ShowEpoch(result);
                if (json)
                {
                    Console.Out.WriteLine(Json.Line(result.WriteMembers));
                }
            },
        };
        display.Say(
            $"{architecture} ({Text.Count(model.Count)} parameters) on {source}: "
            + $"{Text.Count(trainer.TrainingSet.Count)} {Text.Examples(architecture.Task)} to train on, {Text.Count(trainer.ValidationSet?.Count ?? 0)} to validate, "
            + $"{Text.Count(test.Count)} to test; {kind.Name}, {device}");
        var classifier = new Classifier(model, architecture, train.ImageShape, train.ClassNames, train.Preprocessing);
        return Train(run, trainer, classifier, test, json, display, options.Eager ? device.Eager() : null, cancellation);
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
            run.Write(run.Record with { Status = RunRecord.Failed, Error = e.Message });
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
            display.Say($"Interrupted after {result.Epochs.Count} whole epochs; the weights so far are in {run.ModelPath}.");
            return ExitCode.Interrupted;
        }

        Evaluation evaluation = Evaluation.Of(model, test);
        var outcome = new RunOutcome(
            evaluation.Accuracy,
            evaluation.Loss,
            result.Seconds,
            result.ImagesPerSecond,
            result.Epochs.Count,
            model.Parameters().Where(p => !p.IsFrozen).Sum(p => p.Shape.Count),
            WeightsHash.Of(model))
        { TestMeanIntersectionOverUnion = evaluation.MeanIntersectionOverUnion };
        run.Write(run.Record with { Status = RunRecord.Finished, Outcome = outcome });
        Console.Out.WriteLine(json
            ? Json.Line(members =>
            {
                outcome.WriteMembers(members);
                members.WriteString("run", run.FullPath);
            })
            : $"""
            test accuracy {Text.Measures(evaluation)} on {Text.Count(evaluation.Count)} {Text.Examples(classifier.Architecture.Task)}
            trained for {Text.Seconds(result.Seconds)} at {Text.Count((long)result.ImagesPerSecond)} {Text.Examples(classifier.Architecture.Task)}/s
            run {run.FullPath}
            """);
        return ExitCode.Success;
    }

    /// <summary>Reads the weights to go on from, freezes what is to stay, and gives what is left to train.</summary>
    private static Parameter[] Begin(Layer model, string? weights, NamePattern? replace, NamePattern? freeze)
    {
        if (replace is not null && weights is null)
        {
            throw new UsageException("--replace says what not to take from --weights, which is not given.");
        }

        try
        {
            if (weights is not null)
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

    private static Layer Build(Architecture architecture, IDataset data, Rng rng)
    {
        try
        {
            return architecture.Build(data, rng);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
