namespace Descent;

/// <summary>Two classes of another data set as yes or no: yes is the second one. Copies nothing.</summary>
internal sealed class YesOrNo : IDataset
{
    private readonly IDataset _source;

    /// <exception cref="ArgumentException">The source has other targets than two classes.</exception>
    public YesOrNo(IDataset source) => _source = source.Task == LearningTask.Classification && source.ClassNames.Count == 2
        ? source
        : throw new ArgumentException(
            source.Task == LearningTask.Classification
                ? $"Yes or no takes two classes, but this data has {source.ClassNames.Count}."
                : "Yes or no takes one of two classes for each example.",
            nameof(source));

    public int Count => _source.Count;

    public Shape ImageShape => _source.ImageShape;

    public Shape LabelShape { get; } = new(1);

    public DType InputType => _source.InputType;

    public DType LabelType => DType.F32;

    public bool HoldsNumbers => _source.HoldsNumbers;

    public LearningTask Task => LearningTask.BinaryClassification;

    public IReadOnlyList<string> ClassNames => _source.ClassNames;

    public Preprocessing Preprocessing => _source.Preprocessing;

    public ReadOnlySpan<byte> Image(int index) => _source.Image(index);

    public void ReadImage(int index, Span<byte> pixels) => _source.ReadImage(index, pixels);

    public bool HasOriginals => _source.HasOriginals;

    public Planes Original(int index) => _source.Original(index);

    public ReadOnlySpan<float> Numbers(int index) => _source.Numbers(index);

    public int Label(int index) => _source.Label(index);

    public void ReadTargets(int index, Span<float> targets) => targets[0] = _source.Label(index);
}
