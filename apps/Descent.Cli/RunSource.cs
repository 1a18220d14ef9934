namespace Descent.Cli;

/// <summary>A trained network as <c>--run</c> names it, and the data that it is to be used on.</summary>
internal sealed record RunSource(string Name, string ModelPath, RunRecord? Record)
{
    /// <summary>The run of that name, or the latest one, which is said aloud.</summary>
    public static RunSource Find(string? run)
    {
        if (run is null)
        {
            RunFolder latest = RunFolder.Latest("runs")
                ?? throw new IOException("There is no run under runs/; train one with 'descent train', or name one with --run.");
            Console.Error.WriteLine($"run {latest.FullPath}");
            return Of(latest);
        }

        return File.Exists(run) ? new RunSource(run, run, null) : Of(RunFolder.Open(run));
    }

    /// <summary>The runs of these names, or the latest one.</summary>
    public static RunSource[] FindAll(string[]? runs) => runs is null or [] ? [Find(null)] : [.. runs.Select(Find)];

    /// <summary>The network of a run, or those of several as one that averages their probabilities.</summary>
    /// <param name="runs">At least one.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="testFlip">Whether mirror images are asked about; null: as it was saved.</param>
    public static Classifier Load(RunSource[] runs, Device device, bool? testFlip)
    {
        Classifier[] classifiers = [.. runs.Select(run => Classifier.Load(run.ModelPath, device))];
        try
        {
            Classifier classifier = classifiers.Length == 1 ? classifiers[0] : Classifier.Together(classifiers);
            return classifier with { TestFlip = testFlip ?? classifier.TestFlip };
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The test images: those that are asked for, else those that the run was trained beside.</summary>
    /// <remarks>Digits are drawn with the run's seed, so that the test digits are the ones it never saw.</remarks>
    public IDataset LoadTest(Classifier classifier, DataSource? data, DataOptions place, Device device)
    {
        data ??= Record is null
            ? throw new UsageException($"{Name} is a file, which does not say what data to use: add --data.")
            : Record.Data;
        return TrainingData.LoadTest(classifier, data, place, Record, device);
    }

    private static RunSource Of(RunFolder run) => File.Exists(run.ModelPath)
        ? new(run.FullPath, run.ModelPath, run.Record)
        : throw new IOException($"{run.FullPath} has no network: its run is {run.Record.Status}.");
}
