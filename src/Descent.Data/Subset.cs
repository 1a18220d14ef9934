namespace Descent;

/// <summary>Some examples of another data set, in a given order, or all of them under another preprocessing. Copies none.</summary>
public sealed class Subset : IDataset
{
    private readonly IDataset _source;
    private readonly int[]? _indices;

    /// <param name="source">Where the images are.</param>
    /// <param name="indices">Which of them, in this order; null: all.</param>
    /// <param name="preprocessing">By default the source's.</param>
    /// <exception cref="ArgumentException">An index names no image, or the preprocessing is for another number of channels.</exception>
    public Subset(IDataset source, IEnumerable<int>? indices = null, Preprocessing? preprocessing = null)
    {
        (_source, _indices, Preprocessing) = (source, indices?.ToArray(), preprocessing ?? source.Preprocessing);
        foreach (int index in _indices ?? [])
        {
            if ((uint)index >= (uint)source.Count)
            {
                throw new ArgumentException($"Index {index} names none of the {source.Count} images.", nameof(indices));
            }
        }

        if (source.InputType == DType.F32)
        {
            Preprocessing.ThrowIfNotFor(source.ImageShape);
        }
    }

    /// <inheritdoc/>
    public int Count => _indices?.Length ?? _source.Count;

    /// <inheritdoc/>
    public Shape ImageShape => _source.ImageShape;

    /// <inheritdoc/>
    public Shape LabelShape => _source.LabelShape;

    /// <inheritdoc/>
    public DType InputType => _source.InputType;

    /// <inheritdoc/>
    public DType LabelType => _source.LabelType;

    /// <inheritdoc/>
    public bool HoldsNumbers => _source.HoldsNumbers;

    /// <inheritdoc/>
    public LearningTask Task => _source.Task;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _source.ClassNames;

    /// <inheritdoc/>
    public Preprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => _source.Image(InSource(index));

    /// <inheritdoc/>
    public void ReadImage(int index, Span<byte> pixels) => _source.ReadImage(InSource(index), pixels);

    /// <inheritdoc/>
    public bool HasOriginals => _source.HasOriginals;

    /// <inheritdoc/>
    public Planes Original(int index) => _source.Original(InSource(index));

    /// <inheritdoc/>
    public ReadOnlySpan<float> Numbers(int index) => _source.Numbers(InSource(index));

    /// <inheritdoc/>
    public int Label(int index) => _source.Label(InSource(index));

    /// <inheritdoc/>
    public void ReadLabels(int index, Span<int> labels) => _source.ReadLabels(InSource(index), labels);

    /// <inheritdoc/>
    public void ReadTargets(int index, Span<float> targets) => _source.ReadTargets(InSource(index), targets);

    private int InSource(int index) => _indices is null ? index : _indices[index];
}
