namespace Descent;

/// <summary>
/// Examples with their targets: what a network is trained, validated or tested on. Images and texts are kept as bytes, rows of a table and
/// other arrays as numbers.
/// </summary>
/// <remarks>Reading is thread-safe: batches are prepared beside the training loop.</remarks>
public interface IDataset
{
    /// <summary>Number of examples.</summary>
    int Count { get; }

    /// <summary>Shape of one input: (C, H, W) of an image, (T) of a text, (D) of a row of numbers.</summary>
    Shape ImageShape { get; }

    /// <summary>
    /// Shape of one example's target: a scalar for its class, (H, W) for those of its pixels, (T) for those of a text's characters, (K) for
    /// K numbers.
    /// </summary>
    Shape LabelShape => Shape.Scalar;

    /// <summary>What a network gets: f32 as <see cref="Preprocessing"/> makes it, or u8, the bytes as they are, as numbers of characters.</summary>
    DType InputType => DType.F32;

    /// <summary>The type of targets: i32 for classes, which <see cref="ReadLabels"/> gives, f32 for numbers, which <see cref="ReadTargets"/> gives.</summary>
    DType LabelType => DType.I32;

    /// <summary>True where inputs are numbers, which <see cref="Numbers"/> gives; false where they are bytes, which <see cref="Image"/> gives.</summary>
    bool HoldsNumbers => false;

    /// <summary>What there is to learn.</summary>
    LearningTask Task => (InputType == DType.U8, LabelType == DType.F32, LabelShape.Rank > 0) switch
    {
        (_, true, _) => LearningTask.Regression,
        (true, _, true) => LearningTask.NextCharacter,
        (true, _, false) => LearningTask.TextClassification,
        (false, _, true) => LearningTask.Segmentation,
        (false, _, false) => LearningTask.Classification,
    };

    /// <summary>What the labels 0, 1, … stand for; for targets that are numbers, the name of each.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How what is kept becomes the numbers that a network sees: that of the training set, for the test set too.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>The bytes of one input, in the order of <see cref="ImageShape"/>.</summary>
    /// <exception cref="NotSupportedException">The set holds numbers.</exception>
    ReadOnlySpan<byte> Image(int index);

    /// <summary>Writes the bytes of one input where a batch wants them.</summary>
    /// <exception cref="NotSupportedException">The set holds numbers.</exception>
    void ReadImage(int index, Span<byte> pixels) => Image(index).CopyTo(pixels);

    /// <summary>
    /// True where images got one size when they were loaded and <see cref="Original"/> gives them as they were: for an augmentation that cuts a part out
    /// of them. False where their pixels have classes, which are those of the scaled image.
    /// </summary>
    bool HasOriginals => false;

    /// <summary>
    /// An image as it was before it got <see cref="ImageShape"/>: of as many channels, and of a height and a width of its own. Not to be written to.
    /// </summary>
    /// <exception cref="NotSupportedException">The set has no others than those of <see cref="Image"/>.</exception>
    Planes Original(int index) => throw new NotSupportedException("The images of the data set had one size from the start.");

    /// <summary>The numbers of one input, in the order of <see cref="ImageShape"/>, before the preprocessing.</summary>
    /// <exception cref="NotSupportedException">The set holds bytes.</exception>
    ReadOnlySpan<float> Numbers(int index) => throw new NotSupportedException("The data set holds bytes, not numbers.");

    /// <summary>The class of one example, in [0, number of classes); the first where it has several labels.</summary>
    /// <exception cref="NotSupportedException">Examples have numbers for targets and no class.</exception>
    int Label(int index);

    /// <summary>All labels of one example, in the order of <see cref="LabelShape"/>.</summary>
    void ReadLabels(int index, Span<int> labels) => labels[0] = Label(index);

    /// <summary>The numbers to be learned of one example, in the order of <see cref="LabelShape"/>.</summary>
    /// <exception cref="NotSupportedException">Examples have classes for targets.</exception>
    void ReadTargets(int index, Span<float> targets) => throw new NotSupportedException("The data set has classes for targets, not numbers.");
}
