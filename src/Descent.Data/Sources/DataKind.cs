namespace Descent;

/// <summary>A kind of data that <see cref="DataSource"/> knows.</summary>
/// <param name="Name">What stands before the colon.</param>
/// <param name="Usage">How it is written.</param>
/// <param name="Missing">What is said when the path is missing; null where there need not be one.</param>
/// <param name="Options">The names that may follow the path.</param>
/// <param name="Load">Reads or draws it.</param>
internal sealed record DataKind(
    string Name, string Usage, string? Missing, IReadOnlyList<string> Options, Func<DataSource, Rng, DataOptions, DataSplits> Load)
{
    private static readonly string[] s_parts = ["test", "val"];

    public static IReadOnlyList<DataKind> All { get; } =
    [
        new("digits", "digits", null, [], (_, rng, _) => Of(Digits.Load(rng))),
        new("shapes", "shapes", null, [], (_, rng, _) => Of(ShapeScenes.Load(rng))),
        .. NamedSet.All.Select(set => new DataKind(set.Name, set.Name, null, [], (source, _, options) => Of(set.Load(source.Path, options)))),
        new("folder", "folder:PATH[:test=PART,val=PART]", "a folder or archive of class-named image folders: folder:PATH.", s_parts, LoadFolder),
        new("csv", "csv:FILE:label=COLUMN", "a file: csv:FILE:label=COLUMN.", [.. s_parts, .. CsvTable.Options],
            (source, rng, _) => CsvSource.Load(source.Path!, source.Options, source.Options.Parts(rng.Seed))),
        new("npz", "npz:FILE[:test=PART,val=PART]", "a file of NumPy arrays x and y: npz:FILE.", s_parts,
            (source, rng, _) => NpzSource.Load(source.Path!, source.Options.Parts(rng.Seed))),
        new("idx", "idx:FOLDER", "the folder of its four files: idx:FOLDER.", [], (source, _, _) => Of(IdxFolder.Load(source.Path!))),
        new("masks", "masks:FOLDER", "the folder of its images and masks: masks:FOLDER.", [], (source, _, _) => Of(MaskFolder.Load(source.Path!))),
        new("text", "text:FILE", "a file, or a folder of one file for each class: text:FILE.", [],
            (source, _, _) => Of(Directory.Exists(source.Path) ? LabelledTexts.Load(source.Path) : CharacterText.Load(source.Path!))),
    ];

    /// <summary>True where data is made on the spot, so that a path is out of place.</summary>
    public bool IsDrawn => Name is "digits" or "shapes";

    private static DataSplits Of((IDataset Train, IDataset Test) sets) => new(sets.Train, sets.Test);

    private static DataSplits LoadFolder(DataSource source, Rng rng, DataOptions options)
    {
        ImageSplits images = ImageFolder.Open(source.Path!, source.Options.Parts(rng.Seed));
        try
        {
            ImageCollectionDataset train = ImageCollectionDataset.Load(images.Train, options.Images, options.Cancellation);
            // The others are made as the training set was: of its size and channels, under its preprocessing.
            ImageLoading like = options.Images with
            {
                Size = new(train.ImageShape[1], train.ImageShape[2]),
                Channels = train.ImageShape[0],
                Preprocessing = train.Preprocessing,
            };
            ImageCollectionDataset? validation = images.Validation is null ? null : Load(images.Validation, like);
            ImageCollectionDataset test = Load(images.Test, like);
            SkippedImage[] skipped = [.. train.Skipped, .. validation?.Skipped ?? [], .. test.Skipped];
            return new(train, validation, test, [.. images.Notes, .. skipped.Select(image => $"Skipped: {image.Problem}")]);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException(source.Path!, e.Message, e);
        }

        ImageCollectionDataset Load(IImageCollection collection, ImageLoading loading) =>
            ImageCollectionDataset.Load(collection, loading, options.Cancellation);
    }
}
