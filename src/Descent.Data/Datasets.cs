namespace Descent;

/// <summary>What can be done with any data set.</summary>
public static class Datasets
{
    /// <summary>
    /// Passes over the data set in batches of (inputs, targets): images (N, C, H, W) or rows (N, D) in f32, or texts (N, T) in u8; labels (N) or
    /// (N, …) in i32, or numbers (N, K) in f32; on the device of <paramref name="rng"/>.
    /// </summary>
    /// <param name="dataset">Where the examples come from.</param>
    /// <param name="batchSize">Examples in a batch, at least 1; the last batch may be smaller.</param>
    /// <param name="rng">Its stream <c>shuffle</c> makes one draw in each epoch; the stream <c>augment</c> is read.</param>
    /// <param name="shuffle">False: in the order of the data set.</param>
    /// <param name="dropLast">True: a smaller last batch is left out.</param>
    /// <param name="workers">Batches that are prepared at the same time, at least 1; null: as <see cref="Descent.Batches.DefaultWorkers"/>.</param>
    /// <param name="augmentation">
    /// What is done to the images, anew in each epoch; where it mixes classes of images, targets are probabilities (N, K) in f32; where pixels have
    /// classes, those that come from outside of an image have <see cref="Augmentation.IgnoreIndex"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size or the number of workers is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// With <paramref name="dropLast"/> not one batch is left, or the augmentation is not for such data.
    /// </exception>
    public static Batches Batches(
        this IDataset dataset, int batchSize, Rng rng, bool shuffle = true, bool dropLast = false, int? workers = null,
        Augmentation? augmentation = null) =>
        new(dataset, batchSize, rng, rng.Device, shuffle, dropLast, workers, augmentation);

    /// <summary>All images in batches, in the order of the data set: for evaluation.</summary>
    /// <param name="dataset">Where the images come from.</param>
    /// <param name="batchSize">Images in a batch, at least 1; the last batch may be smaller.</param>
    /// <param name="device">Where the tensors live; the CPU by default.</param>
    /// <param name="workers">Batches that are prepared at the same time, at least 1; null: as <see cref="Descent.Batches.DefaultWorkers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size or the number of workers is below 1.</exception>
    public static Batches InOrder(this IDataset dataset, int batchSize, Device? device = null, int? workers = null) =>
        new(dataset, batchSize, null, device ?? Device.Default, shuffle: false, dropLast: false, workers, augmentation: null);

    /// <summary>Shape of one input as a network gets it, behind the preprocessing.</summary>
    public static Shape InputShape(this IDataset dataset) => dataset.Preprocessing.OutputShape(dataset.ImageShape);

    /// <summary>The numbers that a network gives for one example: one for each class or target, a single logit for yes or no.</summary>
    public static int OutputCount(this IDataset dataset) => dataset.Task == LearningTask.BinaryClassification ? 1 : dataset.ClassNames.Count;

    /// <summary>The same images under another preprocessing: that of the set on which a network was trained.</summary>
    /// <exception cref="ArgumentException">It is made for another number of channels.</exception>
    public static IDataset With(this IDataset dataset, Preprocessing preprocessing) => new Subset(dataset, preprocessing: preprocessing);

    /// <summary>The same examples of two classes with yes or no for targets, (N, 1): yes is the second class. One output tells them apart.</summary>
    /// <exception cref="ArgumentException">The set has other targets than two classes.</exception>
    public static IDataset AsYesOrNo(this IDataset dataset) => new YesOrNo(dataset);

    /// <summary>Sets a part of the images aside for validation, the same part of each class where there are classes.</summary>
    /// <param name="dataset">What is divided.</param>
    /// <param name="validation">Part for validation, in (0, 1).</param>
    /// <param name="rng">Its stream <c>split</c> makes one draw for each class.</param>
    /// <remarks>
    /// Both parts keep the order of the data set and its preprocessing, whose statistics thus include the validation part.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie in (0, 1).</exception>
    /// <exception cref="ArgumentException">The set is too small: one of the two parts would be empty.</exception>
    public static (IDataset Train, IDataset Validation) Split(this IDataset dataset, double validation, Rng rng)
    {
        if (validation is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(validation), validation, "The part for validation lies between 0 and 1.");
        }

        (int[] train, int[] aside) = Stratified.Divide(
            Stratified.GroupsOf(dataset), [.. Enumerable.Range(0, dataset.Count)], validation, rng.Stream("split"));
        return train.Length > 0 && aside.Length > 0
            ? (new Subset(dataset, train), new Subset(dataset, aside))
            : throw new ArgumentException(
                $"Setting {validation} of {dataset.Count} images aside leaves {train.Length} for training, {aside.Length} aside.");
    }
}
