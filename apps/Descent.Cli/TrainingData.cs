namespace Descent.Cli;

/// <summary>Loads what the settings say, and tells on standard error what is fetched, left out, or looks like a mistake.</summary>
internal static class TrainingData
{
    /// <summary>The sets to train on, to validate on where the source has one apart, and to test on.</summary>
    public static (IDataset Train, IDataset? Validation, IDataset Test) Load(SettingValues settings, Rng rng, CancellationToken cancellation)
    {
        Shape input = settings.Get(TrainingSettings.Model).Input;
        var fetched = new FetchDisplay();
        DataSplits sets = settings.Get(TrainingSettings.Data).Load(rng, new DataOptions
        {
            Directory = settings.Get(TrainingSettings.DataDirectory),
            Images = new ImageLoading
            {
                Size = settings.Get(TrainingSettings.Size),
                SizeWhereTheyDiffer = input.Rank == 3 ? new ImageSize(input[1], input[2]) : null,
                SkipBad = settings.Get(TrainingSettings.SkipBad),
                Workers = settings.Get(TrainingSettings.Workers),
            },
            Progress = fetched,
            Cancellation = cancellation,
        });
        foreach (string note in sets.Notes)
        {
            Console.Error.WriteLine(note);
        }

        return (sets.Train, sets.Validation, sets.Test);
    }

    /// <summary>Images of files as those that a network was trained on.</summary>
    public static ImageLoading ImagesLike(Shape images) => images.Rank == 3
        ? new() { Size = new(images[1], images[2]), Channels = images[0] }
        : new();
}
