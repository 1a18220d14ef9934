namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static readonly int[][] s_lengths = [[4, 2], [5, 1, 3], [7]];

    // A state depends on those of all steps before it, each a sum over the hidden width (up to 7) and the input: 5 steps, 2 layers.
    private static IReadOnlyList<LayerSample> Sequences =>
    [
        Layer("embedding", (i, rng) => new Embedding(At(i, 5, 7, 2), At(i, 4, 3, 1), rng), sums: 11),
        Layer("embedding_padding", (i, rng) => new Embedding(At(i, 5, 7, 2), At(i, 4, 3, 1), rng, paddingIndex: 1), sums: 11) with { StopsGradients = true },
        Layer("learned_positions", (i, rng) => new LearnedPositions(At(i, 4, 6, 3), At(i, 3, 2, 7), rng), sums: 2),
        Layer("sinusoidal_positions", (i, _) => new SinusoidalPositions(At(i, 6, 5, 1))),
        Layer("class_token", (i, rng) => new ClassToken(At(i, 4, 7, 1), rng), sums: 3),
        Recurrent("rnn", (inputs, hidden, rng) => new Rnn(inputs, hidden, rng)),
        Recurrent("rnn_relu_no_bias", (inputs, hidden, rng) => new Rnn(inputs, hidden, rng, bias: false, relu: true)),
        Recurrent("rnn_deep", (inputs, hidden, rng) => new Rnn(inputs, hidden, rng, layers: 2, bidirectional: true)),
        Recurrent("gru", (inputs, hidden, rng) => new Gru(inputs, hidden, rng)),
        Recurrent("gru_no_bias", (inputs, hidden, rng) => new Gru(inputs, hidden, rng, bias: false)),
        Recurrent("gru_deep", (inputs, hidden, rng) => new Gru(inputs, hidden, rng, layers: 2, bidirectional: true)),
        Recurrent("lstm", (inputs, hidden, rng) => new Lstm(inputs, hidden, rng)),
        Recurrent("lstm_no_bias", (inputs, hidden, rng) => new Lstm(inputs, hidden, rng, bias: false)),
        Recurrent("lstm_bidirectional", (inputs, hidden, rng) => new Lstm(inputs, hidden, rng, bidirectional: true)),
        Recurrent("lstm_deep", (inputs, hidden, rng) => new Lstm(inputs, hidden, rng, layers: 2, bidirectional: true)),
        Layer("char_lstm", (i, rng) => new CharLstm(At(i, 5, 7, 2), rng, At(i, 4, 3, 1), At(i, 3, 5, 2), layers: At(i, 2, 1, 3)), sums: 140),
        Layer("text_cnn", (i, rng) => new TextCnn(At(i, 5, 9, 3), At(i, 2, 3, 5), rng, At(i, 3, 2, 1), filters: At(i, 4, 3, 2), dropout: 0), sums: 60)
            with { StopsGradients = true },
        Padded("attention_padded", Heads(), (layer, x, mask) => layer.Forward(x, x, x, mask)),
        Padded("attention_padded_causal", Heads(causal: true), (layer, x, mask) => layer.Forward(x, x, x, mask)),
        Padded("encoder_layer_padded", (i, rng) => PaddedBlock(i, normFirst: false, rng), (layer, x, mask) => layer.Forward(x, mask)),
        Padded("encoder_layer_padded_norm_first", (i, rng) => PaddedBlock(i, normFirst: true, rng), (layer, x, mask) => layer.Forward(x, mask)),
    ];

    private static LayerSample Recurrent<TLayer>(string name, Func<int, int, Rng, TLayer> make)
        where TLayer : Recurrent =>
        Module(
            name,
            (i, rng) => make(At(i, 4, 3, 1), At(i, 5, 7, 2), rng),
            (layer, x) => Run(layer, x[0], x.ElementAtOrDefault(1), x.ElementAtOrDefault(2)),
            sums: 140);

    private static Tensor[] Run(Recurrent layer, Tensor x, Tensor? hidden, Tensor? cell)
    {
        switch (layer)
        {
            case Lstm lstm:
                (Tensor output, Tensor h, Tensor c) = lstm.Forward(x, hidden, cell);
                return [output, h, c];
            case Gru gru:
                (output, h) = gru.Forward(x, hidden);
                return [output, h];
            default:
                (output, h) = ((Rnn)layer).Forward(x, hidden);
                return [output, h];
        }
    }

    private static LayerSample Padded<TLayer>(string name, Func<int, Rng, TLayer> make, Func<TLayer, Tensor, Tensor, Tensor> forward)
        where TLayer : Module =>
        Module(name, make, (layer, x) => [forward(layer, x[0], PaddingMask(x[0]))], sums: 60);

    /// <summary>That of the case, which is known by the number of its sequences.</summary>
    private static Tensor PaddingMask(Tensor x)
    {
        int[] lengths = s_lengths.Single(of => of.Length == x.Shape[0]);
        return Descent.Sequences.PaddingMask(Tensor.From(lengths, new(lengths.Length)), x.Shape[1]);
    }

    private static TransformerEncoderLayer PaddedBlock(int i, bool normFirst, Rng rng) =>
        new(s_heads[i].Width, s_heads[i].Heads, rng, hidden: (2 * s_heads[i].Width) + 1, dropout: 0, normFirst: normFirst);
}
