namespace Descent;

/// <summary>
/// Transformer block: self-attention and a two-layer perceptron, each with a residual connection and a layer normalisation.
/// </summary>
/// <remarks>
/// Shapes: x (N, T, D) → same. With norm first, <c>x ← x + f(norm(x))</c> for f attention, then perceptron, which trains without warm-up;
/// with norm last, <c>x ← norm(x + f(x))</c>, as in the first transformers. State names and defaults as PyTorch.
/// Vaswani et al., "Attention Is All You Need", NeurIPS 2017; Xiong et al., "On Layer Normalization in the Transformer Architecture",
/// ICML 2020.
/// </remarks>
/// <param name="width">D.</param>
/// <param name="heads">A divisor of D.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="hidden">Width of the perceptron's hidden layer.</param>
/// <param name="dropout">The part of attention weights, hidden values and residuals that training drops, in [0, 1).</param>
/// <param name="activation">Between the perceptron's layers; ReLU where none is given.</param>
/// <param name="normFirst">Whether each part normalises its input rather than its result.</param>
/// <param name="causal">Whether position t attends to positions up to t alone.</param>
/// <param name="init">How the matrices begin.</param>
/// <exception cref="ArgumentException">width is not a multiple of heads.</exception>
public sealed partial class TransformerEncoderLayer(
    int width,
    int heads,
    Rng rng,
    int hidden = 2048,
    double dropout = 0.1,
    Layer? activation = null,
    bool normFirst = false,
    bool causal = false,
    Initializer? init = null) : Layer
{
    // One mask for the hidden values and one for each residual, as PyTorch.
    private readonly Dropout _dropout = new(dropout, rng);

    /// <summary>Each position attends to all.</summary>
    public MultiHeadAttention SelfAttn { get; } = new(width, heads, rng, dropout: dropout, causal: causal, init: init);

    /// <summary>D → hidden.</summary>
    public Linear Linear1 { get; } = new(width, hidden, rng, init: init);

    /// <summary>hidden → D.</summary>
    public Linear Linear2 { get; } = new(hidden, width, rng, init: init);

    /// <summary>Beside the attention.</summary>
    public LayerNorm Norm1 { get; } = new(width, device: rng.Device);

    /// <summary>Beside the perceptron.</summary>
    public LayerNorm Norm2 { get; } = new(width, device: rng.Device);

    /// <summary>Between the perceptron's layers.</summary>
    public Layer Activation { get; } = activation ?? new Activation<Relu>();

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, mask: null);

    /// <summary>With a mask of <see cref="MultiHeadAttention.Forward(Tensor, Tensor, Tensor, Tensor?)"/>.</summary>
    public Tensor Forward(Tensor x, Tensor? mask)
    {
        if (normFirst)
        {
            x += Attention(Norm1.Forward(x), mask);
            return x + Perceptron(Norm2.Forward(x));
        }

        x = Norm1.Forward(x + Attention(x, mask));
        return Norm2.Forward(x + Perceptron(x));
    }

    private Tensor Attention(Tensor x, Tensor? mask) => _dropout.Forward(SelfAttn.Forward(x, x, x, mask));

    private Tensor Perceptron(Tensor x) =>
        _dropout.Forward(Linear2.Forward(_dropout.Forward(Activation.Forward(Linear1.Forward(x)))));
}
