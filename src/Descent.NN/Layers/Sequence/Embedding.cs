namespace Descent;

/// <summary>A vector for each word, character or class: row <c>i</c> of a matrix, <c>y = W[i]</c>.</summary>
/// <remarks>
/// Shapes: indices (…), u8, i32 or i64, in [0, count) → (…, width). Gradient: each row gets the sum of what arrives where it was read.
/// Init: normal of deviation 1 (as PyTorch), or <c>init</c>; the row of the padding index 0.
/// Bengio et al., "A Neural Probabilistic Language Model", JMLR 2003.
/// </remarks>
/// <param name="count">Rows: words in the vocabulary.</param>
/// <param name="width">Of each vector.</param>
/// <param name="rng">What the initial values are drawn from.</param>
/// <param name="paddingIndex">The index that stands for nothing: its row begins as 0 and gets no gradient.</param>
/// <param name="init">How the matrix begins.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or the padding index is no row.</exception>
public sealed partial class Embedding(int count, int width, Rng rng, int? paddingIndex = null, Initializer? init = null) : Layer
{
    private readonly int? _paddingIndex = paddingIndex is not { } padding || (padding >= 0 && padding < count)
        ? paddingIndex
        : throw new ArgumentOutOfRangeException(nameof(paddingIndex), padding, $"paddingIndex must name one of the {count} rows.");

    /// <summary>Shape (count, width).</summary>
    public Parameter Weight { get; } =
        new(Initial(new(Require.Positive(count), Require.Positive(width)), rng, paddingIndex, init ?? Init.Normal(1)));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The indices are no integers.</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Weight.Read().Gather(x);
        return _paddingIndex is { } padding ? Tensor.Select(x.EqualTo(padding).Unsqueeze(-1), y.Detach(), y) : y;
    }

    private static Tensor Initial(Shape shape, Rng rng, int? paddingIndex, Initializer init)
    {
        Tensor rows = init(shape, shape[1], rng);
        if (paddingIndex is not { } padding)
        {
            return rows;
        }

        Tensor index = Tensor.From([.. Enumerable.Range(0, shape[0])], new(shape[0], 1), rng.Device);
        return Tensor.Select(index.EqualTo(padding), Tensor.Scalar(0, rows.DType, rng.Device), rows);
    }
}
