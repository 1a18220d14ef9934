namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static readonly (int Width, int Heads)[] s_heads = [(8, 2), (6, 3), (5, 1)];

    // Products over the width (up to 8) and the sequence (up to 15 rows of a weight's gradient), four of them behind one another.
    private static IReadOnlyList<LayerSample> Attention =>
    [
        Layer("attention", Heads(), sums: 60),
        Layer("attention_no_bias", Heads(bias: false), sums: 60),
        Layer("attention_causal", Heads(causal: true), sums: 60),
        Module("attention_cross", Heads(), (layer, x) => [layer.Forward(x[0], x[1], x[2])], sums: 60),
        Module("attention_bool_mask", Heads(), (layer, x) => Masked(layer, x[0], mask => mask <= Identity(mask.Shape[0])), sums: 60),
        Module("attention_added_mask", Heads(), (layer, x) => Masked(layer, x[0], mask => mask), sums: 60),
        Layer("encoder_layer_norm_last", (i, rng) => Block(s_heads[i], At(i, 12, 7, 9), normFirst: false, rng), sums: 60),
        Layer("encoder_layer_norm_first", (i, rng) => Block(s_heads[i], At(i, 12, 7, 9), normFirst: true, rng), sums: 60),
        Layer("encoder", Encoder, sums: 60),
        Layer(
            "vision_transformer_block",
            (i, rng) => new VisionTransformerBlock(s_heads[i].Width, s_heads[i].Heads, At(i, 12, 7, 9), rng),
            sums: 60),
        Layer("patch_embedding", (i, rng) => new PatchEmbedding(At(i, 3, 1, 2), At(i, 4, 2, 3), At(i, 6, 5, 7), rng), sums: 48),
    ];

    private static Func<int, Rng, MultiHeadAttention> Heads(bool bias = true, bool causal = false) =>
        (i, rng) => new(s_heads[i].Width, s_heads[i].Heads, rng, bias, causal: causal);

    private static TransformerEncoderLayer Block((int Width, int Heads) size, int hidden, bool normFirst, Rng rng) =>
        new(size.Width, size.Heads, rng, hidden, dropout: 0, normFirst ? new Activation<Gelu>() : null, normFirst);

    private static TransformerEncoder Encoder(int i, Rng rng)
    {
        (int width, int heads) = (At(i, 4, 6, 5), At(i, 2, 3, 1));
        int hidden = At(i, 6, 5, 3);
        return new([Block((width, heads), hidden, normFirst: true, rng), Block((width, heads), hidden, normFirst: true, rng)], new(width));
    }

    private static Tensor[] Masked(MultiHeadAttention attention, Tensor x, Func<Tensor, Tensor> mask) =>
        [attention.Forward(x, x, x, mask(NetworkReference.Noise(new(x.Shape[1], x.Shape[1]), 7)))];

    private static Tensor Identity(int size) =>
        Tensor.From([.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0f)], new(size, size));
}
