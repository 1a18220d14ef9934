namespace Descent;

/// <summary>
/// Block of a Vision Transformer: <c>x ← x + attention(norm(x))</c>, then <c>x ← x + perceptron(norm(x))</c>, with GELU in the perceptron.
/// </summary>
/// <remarks>
/// Shapes: x (N, T, D) → same. State names and ε as torchvision: <c>ln_1</c>, <c>self_attention</c>, <c>ln_2</c>, <c>mlp.0</c>, <c>mlp.3</c>.
/// <see cref="TransformerEncoderLayer"/> is the same under PyTorch's names, with more choices.
/// Dosovitskiy et al., "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", ICLR 2021, figure 1.
/// </remarks>
/// <exception cref="ArgumentException">width is not a multiple of heads.</exception>
public sealed partial class VisionTransformerBlock(
    int width, int heads, int hidden, Rng rng, double dropout = 0, Initializer? init = null) : Layer
{
    internal const double Epsilon = 1e-6;

    private readonly Dropout _dropout = new(dropout, rng);

    /// <summary>Before the attention.</summary>
    public LayerNorm Ln1 { get; } = new(width, Epsilon, device: rng.Device);

    /// <summary>Each position attends to all.</summary>
    public MultiHeadAttention SelfAttention { get; } = new(width, heads, rng, init: init);

    /// <summary>Before the perceptron.</summary>
    public LayerNorm Ln2 { get; } = new(width, Epsilon, device: rng.Device);

    /// <summary>D → hidden → D.</summary>
    public Sequential Mlp { get; } = new(
        new Linear(width, hidden, rng, init: init), new Activation<Gelu>(), new Dropout(dropout, rng),
        new Linear(hidden, width, rng, init: init), new Dropout(dropout, rng));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        x += _dropout.Forward(SelfAttention.Forward(Ln1.Forward(x)));
        return x + Mlp.Forward(Ln2.Forward(x));
    }

    /// <inheritdoc/>
    public override void Visit(IStateVisitor visitor)
    {
        visitor.Module("dropout", _dropout);
        visitor.Module("ln_1", Ln1);
        visitor.Module("self_attention", SelfAttention);
        visitor.Module("ln_2", Ln2);
        visitor.Module("mlp", Mlp);
    }
}
