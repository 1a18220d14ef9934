namespace Descent;

/// <summary>Elman's recurrent network: <c>h ← tanh(W·x + b + U·h + c)</c> at every step.</summary>
/// <inheritdoc cref="Recurrent" path="/remarks"/>
/// <seealso href="https://doi.org/10.1207/s15516709cog1402_1">Elman, "Finding Structure in Time", Cognitive Science 1990.</seealso>
/// <param name="inputSize">Width of each step's input.</param>
/// <param name="hiddenSize">Width of h.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="layers">One upon the other.</param>
/// <param name="bidirectional">Whether each layer runs backwards too, with weights of its own.</param>
/// <param name="bias">Whether the cells have biases.</param>
/// <param name="dropout">The part of each layer's output, but the last one's, that training drops, in [0, 1).</param>
/// <param name="relu">max(0, ·) in place of tanh.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or dropout does not lie in [0, 1).</exception>
public sealed partial class Rnn(
    int inputSize, int hiddenSize, Rng rng, int layers = 1, bool bidirectional = false, bool bias = true, double dropout = 0, bool relu = false)
    : Recurrent(gates: 1, states: 1, inputSize, hiddenSize, rng, layers, bidirectional, bias, dropout)
{
    private protected override bool AddsBiases => true;

    /// <summary>All states of the last layer, and the last state of every layer.</summary>
    /// <param name="x">(N, T, in).</param>
    /// <param name="hidden">h before the first step, (layers·directions, N, hidden); 0 when null.</param>
    /// <exception cref="ShapeException">The shapes do not fit the layer.</exception>
    public (Tensor Output, Tensor Hidden) Forward(Tensor x, Tensor? hidden)
    {
        (Tensor output, Tensor[] last) = Unroll(x, [hidden]);
        return (output, last[0]);
    }

    private protected override Tensor[] Step(Tensor input, Tensor hiddenWeight, Tensor? hiddenBias, Tensor[] state)
    {
        Tensor sum = state[0].MatMul(hiddenWeight) + input;
        return [relu ? sum.Relu() : sum.Tanh()];
    }
}
