namespace Descent;

/// <summary>
/// Long short-term memory: gates <c>i, f, o = σ(W·x + U·h)</c> and a candidate <c>g = tanh(W·x + U·h)</c>, each with weights and biases of
/// its own, then <c>c ← f∘c + i∘g</c> and <c>h ← o∘tanh(c)</c> at every step.
/// </summary>
/// <inheritdoc cref="Recurrent" path="/remarks"/>
/// <seealso href="https://doi.org/10.1162/neco.1997.9.8.1735">
/// Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 1997; Gers et al., "Learning to Forget", 2000, for the gate f.
/// The gates lie in PyTorch's order i, f, g, o.
/// </seealso>
/// <param name="inputSize">Width of each step's input.</param>
/// <param name="hiddenSize">Width of h and c.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="layers">One upon the other.</param>
/// <param name="bidirectional">Whether each layer runs backwards too, with weights of its own.</param>
/// <param name="bias">Whether the cells have biases.</param>
/// <param name="dropout">The part of each layer's output, but the last one's, that training drops, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or dropout does not lie in [0, 1).</exception>
public sealed partial class Lstm(
    int inputSize, int hiddenSize, Rng rng, int layers = 1, bool bidirectional = false, bool bias = true, double dropout = 0)
    : Recurrent(gates: 4, states: 2, inputSize, hiddenSize, rng, layers, bidirectional, bias, dropout)
{
    private protected override bool AddsBiases => true;

    /// <summary>All states h of the last layer, and the last states of every layer.</summary>
    /// <param name="x">(N, T, in).</param>
    /// <param name="hidden">h before the first step, (layers·directions, N, hidden); 0 when null.</param>
    /// <param name="cell">c before the first step, of the same shape; 0 when null.</param>
    /// <exception cref="ShapeException">The shapes do not fit the layer.</exception>
    public (Tensor Output, Tensor Hidden, Tensor Cell) Forward(Tensor x, Tensor? hidden, Tensor? cell)
    {
        (Tensor output, Tensor[] last) = Unroll(x, [hidden, cell]);
        return (output, last[0], last[1]);
    }

    private protected override Tensor[] Step(Tensor input, Tensor hiddenWeight, Tensor? hiddenBias, Tensor[] state)
    {
        int width = state[0].Shape[1];
        Tensor[] gates = (state[0].MatMul(hiddenWeight) + input).Split(1, width, width, width, width);
        Tensor c = (gates[1].Sigmoid() * state[1]) + (gates[0].Sigmoid() * gates[2].Tanh());
        return [gates[3].Sigmoid() * c.Tanh(), c];
    }
}
