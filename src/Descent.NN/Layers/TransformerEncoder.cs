namespace Descent;

/// <summary>Transformer blocks one after another, with a normalisation behind the last where one is given.</summary>
/// <remarks>
/// Shapes: x (N, T, D) → same. Blocks that normalise first need the last normalisation, since nothing else bounds their sum.
/// State names as PyTorch: <c>layers.0.self_attn.in_proj_weight</c>, …, <c>norm.weight</c>.
/// </remarks>
public sealed partial class TransformerEncoder(IReadOnlyList<TransformerEncoderLayer> layers, LayerNorm? norm = null) : Layer
{
    /// <summary>The blocks in order.</summary>
    public IReadOnlyList<TransformerEncoderLayer> Layers { get; } = layers;

    /// <summary>Behind the last block; null where there is none.</summary>
    public LayerNorm? Norm { get; } = norm;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, mask: null);

    /// <summary>With a mask of <see cref="MultiHeadAttention.Forward(Tensor, Tensor, Tensor, Tensor?)"/> in every block.</summary>
    public Tensor Forward(Tensor x, Tensor? mask)
    {
        foreach (TransformerEncoderLayer layer in Layers)
        {
            x = layer.Forward(x, mask);
        }

        return Norm?.Forward(x) ?? x;
    }
}
