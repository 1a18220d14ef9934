namespace Descent;

/// <summary>
/// Text classifier by 1-D convolution: a vector for each character, filters of several lengths over them, of each filter its largest value
/// in the whole text, and an affine layer.
/// </summary>
/// <remarks>
/// Shapes: numbers of characters (N, T), u8, i32 or i64, filled up with 0, T at least the longest filter → logits (N, classes).
/// Init: as <see cref="Embedding"/>, <see cref="Conv1d"/> and <see cref="Linear"/>.
/// Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014; on characters as Zhang, Zhao and LeCun, "Character-level
/// Convolutional Networks for Text Classification", NIPS 2015.
/// </remarks>
/// <param name="characters">The size of the vocabulary; 256 for the bytes of a text.</param>
/// <param name="classes">Outputs.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="width">Of each character's vector.</param>
/// <param name="filters">Of each length.</param>
/// <param name="dropout">The part of the filters' values that training drops, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or dropout does not lie in [0, 1).</exception>
public sealed partial class TextCnn(int characters, int classes, Rng rng, int width = 16, int filters = 64, double dropout = 0.5) : Layer
{
    private static readonly int[] s_lengths = [3, 5, 7];

    private readonly Dropout _dropout = new(dropout, rng);

    /// <summary>A vector for each character; that of 0, which fills texts up, stays 0.</summary>
    public Embedding Embedding { get; } = new(characters, width, rng, paddingIndex: 0);

    /// <summary>Filters of 3, 5 and 7 characters.</summary>
    public IReadOnlyList<Conv1d> Convs { get; } = [.. s_lengths.Select(length => new Conv1d(width, filters, length, rng))];

    /// <summary>Largest values → classes.</summary>
    public Linear Head { get; } = new(filters * s_lengths.Length, classes, rng);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The texts are no (N, T) with T of at least the longest filter.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 2 || x.Shape[1] < s_lengths[^1])
        {
            throw new ShapeException($"TextCnn: input must be numbers of characters (N, T) with T at least {s_lengths[^1]}, but it is {x.Type}.");
        }

        Tensor vectors = Embedding.Forward(x).Permute(0, 2, 1); // (N, width, T)
        Tensor y = Tensor.Concat(1, [.. Convs.Select(conv => conv.Forward(vectors).Relu().Max([2]))]);
        return Head.Forward(_dropout.Forward(y));
    }
}
