using System.Globalization;

namespace Descent;

/// <summary>The sequence part of a <see cref="VisionTransformer"/>: positions, blocks, and a normalisation behind the last.</summary>
/// <remarks>Shapes: x (N, T, D) → same. State names as torchvision: <c>pos_embedding</c>, <c>layers.encoder_layer_0.ln_1</c>, …, <c>ln</c>.</remarks>
public sealed partial class VisionTransformerEncoder : Layer
{
    // Kept, so that a visit allocates nothing.
    private readonly string[] _names;

    internal VisionTransformerEncoder(VitLayout layout, int positions, Rng rng, double dropout, Initializer init)
    {
        PosEmbedding = new(init(new(1, positions, layout.Width), layout.Width, rng));
        Dropout = new(dropout, rng);
        Layers = [.. Enumerable.Range(0, Require.Positive(layout.Depth)).Select(_ =>
            new VisionTransformerBlock(layout.Width, layout.Heads, layout.Hidden, rng, dropout, init))];
        _names = [.. Enumerable.Range(0, layout.Depth).Select(i => string.Create(CultureInfo.InvariantCulture, $"layers.encoder_layer_{i}"))];
        Ln = new(layout.Width, VisionTransformerBlock.Epsilon, device: rng.Device);
    }

    /// <summary>What each position adds, shape (1, T, D).</summary>
    public Parameter PosEmbedding { get; }

    /// <summary>Of the blocks' input.</summary>
    public Dropout Dropout { get; }

    /// <summary>The blocks in order.</summary>
    public IReadOnlyList<VisionTransformerBlock> Layers { get; }

    /// <summary>Behind the last block.</summary>
    public LayerNorm Ln { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Ln.Forward(Blocks(x));

    /// <inheritdoc/>
    public override void Visit(IStateVisitor visitor)
    {
        visitor.Parameter("pos_embedding", PosEmbedding);
        visitor.Module("dropout", Dropout);
        for (int i = 0; i < Layers.Count; i++)
        {
            visitor.Module(_names[i], Layers[i]);
        }

        visitor.Module("ln", Ln);
    }

    /// <summary>The first position alone, (N, D): normalisation is by position, so that only the one that is read needs it.</summary>
    internal Tensor ForwardFirst(Tensor x) => Ln.Forward(Blocks(x).Narrow(1, 0, 1).Squeeze(1));

    private Tensor Blocks(Tensor x)
    {
        x = Dropout.Forward(x + PosEmbedding);
        foreach (VisionTransformerBlock block in Layers)
        {
            x = block.Forward(x);
        }

        return x;
    }
}
