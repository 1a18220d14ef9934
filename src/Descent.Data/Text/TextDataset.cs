namespace Descent;

/// <summary>Sequences of numbered characters of one length: each with a class, or each character with the one that follows it.</summary>
internal sealed class TextDataset : IDataset
{
    private readonly byte[] _characters;
    private readonly byte[] _labels;
    private readonly int _steps;

    /// <summary>Sequences that lie one behind the other, with as many labels as <paramref name="labelShape"/> says for each.</summary>
    public TextDataset(byte[] characters, byte[] labels, int steps, Shape labelShape, IReadOnlyList<string> classNames)
    {
        (_characters, _labels, _steps, LabelShape, ClassNames) = (characters, labels, steps, labelShape, classNames);
        Count = labels.Length / (int)labelShape.Count;
    }

    public int Count { get; }

    /// <summary>(T).</summary>
    public Shape ImageShape => new(_steps);

    public Shape LabelShape { get; }

    public DType InputType => DType.U8;

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Characters are numbers already.</summary>
    public Preprocessing Preprocessing => Preprocessing.None;

    public ReadOnlySpan<byte> Image(int index) => _characters.AsSpan(index * _steps, _steps);

    public int Label(int index) => _labels[index * (int)LabelShape.Count];

    public void ReadLabels(int index, Span<int> labels)
    {
        ReadOnlySpan<byte> own = _labels.AsSpan(index * labels.Length, labels.Length);
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = own[i];
        }
    }
}
