namespace Descent.Cli;

/// <summary>Loads what the settings say, and tells on standard error what is fetched, left out, or looks like a mistake.</summary>
internal static class TrainingData
{
    /// <summary>The sets to train on, to validate on where the source has one apart, and to test on.</summary>
    public static (IDataset Train, IDataset? Validation, IDataset Test) Load(SettingValues settings, Rng rng, CancellationToken cancellation)
    {
        ThrowIfIgnored(settings);
        Architecture architecture = settings.Get(TrainingSettings.Model);
        Shape input = architecture.Input;
        DataSplits sets = settings.Get(TrainingSettings.Data).Load(rng, new DataOptions
        {
            Directory = settings.Get(TrainingSettings.DataDirectory),
            Download = !settings.Get(TrainingSettings.Offline),
            Mirror = settings.Get(TrainingSettings.Mirror),
            Images = new ImageLoading
            {
                Size = settings.Get(TrainingSettings.Size),
                SizeWhereTheyDiffer = input.Rank == 3 ? new ImageSize(input[1], input[2]) : null,
                Fit = settings.Get(TrainingSettings.Fit),
                SkipBad = settings.Get(TrainingSettings.SkipBad),
                Workers = settings.Get(TrainingSettings.Workers),
            },
            Progress = new FetchDisplay(),
            Cancellation = cancellation,
        });
        foreach (string note in sets.Notes)
        {
            Console.Error.WriteLine(note);
        }

        return sets.Validation is null || settings.Get(TrainingSettings.Validation) == TrainingSettings.Validation.Default
            ? (architecture.See(sets.Train), sets.Validation is null ? null : architecture.See(sets.Validation), architecture.See(sets.Test))
            : throw new UsageException($"'{settings.Get(TrainingSettings.Data)}' has images of its own to validate on: leave --validation out.");
    }

    /// <summary>Images to test a network on, made as those that it was trained on.</summary>
    /// <param name="classifier">The network.</param>
    /// <param name="source">What is tested on.</param>
    /// <param name="place">Where named sets are looked for; in the folder of the training where none is said.</param>
    /// <param name="record">The training's; null where a file is all that is left of it.</param>
    /// <param name="device">Where it runs.</param>
    public static IDataset LoadTest(Classifier classifier, DataSource source, DataOptions place, RunRecord? record, Device device)
    {
        Shape images = classifier.ImageShape;
        return source.Load(new Rng(record?.Seed ?? 1, device), place with
        {
            Directory = place.Directory ?? record?.DataDirectory,
            Images = new ImageLoading
            {
                Size = images.Rank == 3 ? new(images[1], images[2]) : null,
                Channels = images.Rank == 3 ? images[0] : null,
                Fit = classifier.Fit,
                SkipBad = record?.Settings.Get(TrainingSettings.SkipBad) ?? 0,
            },
        }).Test;
    }

    /// <summary>Refuses what would change nothing.</summary>
    private static void ThrowIfIgnored(SettingValues settings)
    {
        DataSource source = settings.Get(TrainingSettings.Data);
        bool hasFiles = source.Kind == "folder";
        bool isGiven = settings.Get(TrainingSettings.Size) is not null || settings.Get(TrainingSettings.Fit) != ImageFit.Cover || settings.Get(TrainingSettings.SkipBad) != 0;
        if (!hasFiles && isGiven)
        {
            throw new UsageException($"--size, --fit and --skip-bad are for images in files, folder:PATH, and '{source}' are none.");
        }
    }
}
