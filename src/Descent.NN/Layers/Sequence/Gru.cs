namespace Descent;

/// <summary>
/// Gated recurrent unit: a reset gate <c>r = σ(Wᵣx + Uᵣh)</c>, an update gate <c>z = σ(W_z·x + U_z·h)</c>, a candidate
/// <c>n = tanh(Wₙx + bₙ + r∘(Uₙh + cₙ))</c>, and <c>h ← (1 − z)∘n + z∘h</c> at every step.
/// </summary>
/// <inheritdoc cref="Recurrent" path="/remarks"/>
/// <seealso href="https://arxiv.org/abs/1406.1078">
/// Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP 2014; the gates lie in PyTorch's order r, z, n.
/// </seealso>
/// <param name="inputSize">Width of each step's input.</param>
/// <param name="hiddenSize">Width of h.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="layers">One upon the other.</param>
/// <param name="bidirectional">Whether each layer runs backwards too, with weights of its own.</param>
/// <param name="bias">Whether the cells have biases.</param>
/// <param name="dropout">The part of each layer's output, but the last one's, that training drops, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or dropout does not lie in [0, 1).</exception>
public sealed partial class Gru(
    int inputSize, int hiddenSize, Rng rng, int layers = 1, bool bidirectional = false, bool bias = true, double dropout = 0)
    : Recurrent(gates: 3, states: 1, inputSize, hiddenSize, rng, layers, bidirectional, bias, dropout)
{
    private protected override bool AddsBiases => false;

    /// <inheritdoc cref="Rnn.Forward(Tensor, Tensor?)"/>
    public (Tensor Output, Tensor Hidden) Forward(Tensor x, Tensor? hidden)
    {
        (Tensor output, Tensor[] last) = Unroll(x, [hidden]);
        return (output, last[0]);
    }

    private protected override Tensor[] Step(Tensor input, Tensor hiddenWeight, Tensor? hiddenBias, Tensor[] state)
    {
        Tensor h = state[0], u = h.MatMul(hiddenWeight);
        u = hiddenBias is null ? u : u + hiddenBias;
        int width = h.Shape[1];
        Tensor[] x = input.Split(1, 2 * width, width), past = u.Split(1, 2 * width, width);
        Tensor[] gates = (x[0] + past[0]).Sigmoid().Split(1, width, width);
        Tensor candidate = (x[1] + (gates[0] * past[1])).Tanh();
        return [candidate + (gates[1] * (h - candidate))];
    }
}
