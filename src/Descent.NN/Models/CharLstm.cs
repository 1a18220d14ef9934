namespace Descent;

/// <summary>
/// Character model: a vector for each character, LSTM layers over them, and an affine layer that scores the character that follows.
/// </summary>
/// <remarks>
/// Shapes: numbers of characters (N, T), u8, i32 or i64 → logits (N, characters, T), at each step those of the next character.
/// Init: as <see cref="Embedding"/>, <see cref="Lstm"/> and <see cref="Linear"/>.
/// Graves, "Generating Sequences With Recurrent Neural Networks", 2013; Karpathy, Johnson and Fei-Fei, "Visualizing and Understanding
/// Recurrent Networks", 2016.
/// </remarks>
/// <param name="characters">The size of the vocabulary.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="width">Of each character's vector.</param>
/// <param name="hidden">Width of the LSTM's state.</param>
/// <param name="layers">Of the LSTM.</param>
/// <param name="dropout">The part of values between the layers that training drops, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or dropout does not lie in [0, 1).</exception>
public sealed partial class CharLstm(int characters, Rng rng, int width = 64, int hidden = 128, int layers = 2, double dropout = 0) : Layer
{
    /// <summary>A vector for each character.</summary>
    public Embedding Embedding { get; } = new(characters, width, rng);

    /// <summary>Over the vectors.</summary>
    public Lstm Lstm { get; } = new(width, hidden, rng, layers, dropout: dropout);

    /// <summary>hidden → characters.</summary>
    public Linear Head { get; } = new(hidden, characters, rng);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, null, null).Logits;

    /// <summary>The logits, and the states to go on from.</summary>
    /// <param name="x">(N, T).</param>
    /// <param name="hidden">h before the first character, (layers, N, hidden); 0 when null.</param>
    /// <param name="cell">c before the first character, of the same shape; 0 when null.</param>
    /// <exception cref="ShapeException">The shapes do not fit the network.</exception>
    public (Tensor Logits, Tensor Hidden, Tensor Cell) Forward(Tensor x, Tensor? hidden, Tensor? cell)
    {
        if (x.Rank != 2)
        {
            throw new ShapeException($"CharLstm: input must be numbers of characters (N, T), but it is {x.Type}.");
        }

        (Tensor y, Tensor h, Tensor c) = Lstm.Forward(Embedding.Forward(x), hidden, cell);
        return (Head.Forward(y).Permute(0, 2, 1), h, c);
    }
}
