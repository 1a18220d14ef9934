using System.Text.Json;

namespace Descent.Tests;

/// <summary>Output and every gradient of layers, at three shapes each, against PyTorch in double precision.</summary>
public class LayerReferenceTests
{
    /// <summary>f32 against f64: sums of some hundred terms through up to two blocks, relative to the largest value.</summary>
    private const double Rounding = 1e-5;

    private static readonly (int Width, int Heads)[] s_heads = [(8, 2), (6, 3), (5, 1)];
    private static readonly int[] s_hidden = [12, 7, 9];

    /// <summary>A layer of the reference file: made for its shape number i, and applied to the inputs.</summary>
    private static readonly Dictionary<string, (Func<int, Rng, Layer> Make, Func<Layer, Tensor[], Tensor>? Forward)> s_layers = new()
    {
        ["layer_norm"] = (Of((i, _) => new LayerNorm(At(i, 8, 5, 17))), null),
        ["gelu"] = (Of((_, _) => new Activation<Gelu>()), null),
        ["attention"] = (Of(Attention), null),
        ["attention_no_bias"] = (Of((i, rng) => new MultiHeadAttention(s_heads[i].Width, s_heads[i].Heads, rng, bias: false)), null),
        ["attention_causal"] = (Of((i, rng) => new MultiHeadAttention(s_heads[i].Width, s_heads[i].Heads, rng, causal: true)), null),
        ["attention_cross"] = (Of(Attention), (layer, x) => ((MultiHeadAttention)layer).Forward(x[0], x[1], x[2])),
        ["attention_bool_mask"] = (Of(Attention), (layer, x) => Masked(layer, x[0], mask => mask <= Identity(mask.Shape[0]))),
        ["attention_added_mask"] = (Of(Attention), (layer, x) => Masked(layer, x[0], mask => mask)),
        ["encoder_layer_norm_last"] = (Of((i, rng) => Block(s_heads[i], s_hidden[i], normFirst: false, rng)), null),
        ["encoder_layer_norm_first"] = (Of((i, rng) => Block(s_heads[i], s_hidden[i], normFirst: true, rng)), null),
        ["encoder"] = (Of(Encoder), null),
        ["patch_embedding"] = (Of((i, rng) => new PatchEmbedding(At(i, 3, 1, 2), At(i, 4, 2, 3), At(i, 6, 5, 7), rng)), null),
        ["global_avg_pool"] = (Of((_, _) => new GlobalAvgPool2d()), null),
        ["basic_block"] = (Of((_, rng) => new BasicBlock(3, 3, stride: 1, rng)), null),
        ["basic_block_zero_pad"] = (Of((_, rng) => new BasicBlock(2, 4, stride: 2, rng, ResidualShortcut.ZeroPad)), null),
        ["basic_block_projection"] = (Of((_, rng) => new BasicBlock(2, 3, stride: 2, rng)), null),
    };

    public static TheoryData<string> Names { get; } = [.. s_layers.Keys];

    [Fact]
    public void A_reference_stands_for_every_layer_and_a_layer_for_every_reference() =>
        Assert.Equal(NetworkReference.Layers.Order(), s_layers.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Output_and_all_gradients_equal_the_reference(string name)
    {
        (Func<int, Rng, Layer> make, Func<Layer, Tensor[], Tensor>? forward) = s_layers[name];
        IReadOnlyList<JsonElement> entries = NetworkReference.Layer(name);
        Assert.Equal(3, entries.Count);
        for (int i = 0; i < entries.Count; i++)
        {
            JsonElement entry = entries[i];
            Layer layer = NetworkReference.Fill(make(i, new Rng(1)), entry.GetProperty("gradients"));
            Parameter[] inputs = [.. entry.GetProperty("inputs").EnumerateArray().Select((sizes, k) =>
                new Parameter(NetworkReference.Noise(new([.. sizes.Numbers().Select(size => (int)size)]), k)))];
            Tensor[] x = [.. inputs.Select(input => input.Read())];
            Tensor y = forward?.Invoke(layer, x) ?? layer.Forward(x[0]);
            Reference.Equal(entry.GetProperty("y").Numbers(), y, Rounding);

            Gradients gradients = (y * NetworkReference.Noise(y.Shape, 5)).Sum().Backward();
            IReadOnlyDictionary<string, Cell> state = layer.State();
            JsonElement[] dx = [.. entry.GetProperty("dx").EnumerateArray()];
            (string Name, double[] Expected, Tensor Actual)[] all =
            [
                .. dx.Select((values, k) => ($"x{k}", values.Numbers(), gradients[inputs[k]])),
                .. entry.GetProperty("gradients").EnumerateObject()
                    .Select(g => (g.Name, g.Value.Numbers(), gradients[(Parameter)state[g.Name]])),
            ];

            // A gradient that is 0 in exact arithmetic, as that of a key's bias, is rounding on both sides: all share one scale.
            double scale = all.Max(g => g.Expected.Max(Math.Abs));
            foreach ((string of, double[] expected, Tensor actual) in all)
            {
                float[] values = actual.ToArray<float>();
                Assert.Equal(expected.Length, values.Length);
                double error = expected.Zip(values, (a, b) => Math.Abs(a - b)).Max() / scale;
                Assert.True(error <= Rounding, $"{name}, shape {i}: gradient of {of} differs by {error:E1} of the largest.");
            }
        }
    }

    [Fact]
    public void Attention_of_separate_tensors_equals_self_attention()
    {
        var attention = new MultiHeadAttention(6, 3, new Rng(1));
        Tensor x = NetworkReference.Noise(new(2, 5, 6), 0);
        Reference.Equal(
            [.. attention.Forward(x).ToArray<float>().Select(v => (double)v)], attention.Forward(x, x + 0, x + 0), Rounding);
    }

    [Fact]
    public void Causal_attention_does_not_see_what_comes_later()
    {
        var attention = new MultiHeadAttention(6, 2, new Rng(1), causal: true);
        Tensor x = NetworkReference.Noise(new(1, 5, 6), 0), other = NetworkReference.Noise(new(1, 2, 6), 1);
        float[] whole = attention.Forward(x).ToArray<float>();
        float[] changed = attention.Forward(Tensor.Concat(1, x.Narrow(1, 0, 3), other)).ToArray<float>();
        Assert.Equal(whole[..18], changed[..18]);
        Assert.NotEqual(whole[18..], changed[18..]);
    }

    [Fact]
    public void Sizes_and_shapes_that_do_not_fit_are_refused_by_name()
    {
        var rng = new Rng(1);
        Assert.Contains("width 8", Assert.Throws<ArgumentException>(() => new MultiHeadAttention(8, 3, rng)).Message);
        Assert.Contains("before as behind", Assert.Throws<ArgumentException>(() => new ZeroPadShortcut(4, 7, 2)).Message);
        var attention = new MultiHeadAttention(8, 2, rng);
        Refuses("value must be (N, T, 8)", () => attention.Forward(Ones(2, 4, 8), Ones(2, 5, 8), Ones(2, 5, 7)));
        Refuses("(3, 5, 8)", () => attention.Forward(Ones(2, 4, 8), Ones(3, 5, 8), Ones(3, 5, 8)));
        Refuses("(…, 8)", () => new LayerNorm(8).Forward(Ones(2, 7)));
        Refuses("multiples of 4", () => new PatchEmbedding(3, 4, 8, rng).Forward(Ones(1, 3, 8, 6)));
        Refuses("(N, 4, H, W)", () => new ZeroPadShortcut(4, 8, 2).Forward(Ones(1, 3, 8, 8)));
        Refuses("(N, C, H, W)", () => new GlobalAvgPool2d().Forward(Ones(2, 3)));

        static Tensor Ones(params ReadOnlySpan<int> sizes) => Tensor.Ones(new(sizes));
        static void Refuses(string message, Func<Tensor> forward) =>
            Assert.Contains(message, Assert.Throws<ShapeException>(forward).Message);
    }

    private static Func<int, Rng, Layer> Of(Func<int, Rng, Layer> make) => make;

    private static int At(int i, params ReadOnlySpan<int> values) => values[i];

    private static MultiHeadAttention Attention(int i, Rng rng) => new(s_heads[i].Width, s_heads[i].Heads, rng);

    private static TransformerEncoderLayer Block((int Width, int Heads) size, int hidden, bool normFirst, Rng rng) =>
        new(size.Width, size.Heads, rng, hidden, dropout: 0, normFirst ? new Activation<Gelu>() : null, normFirst);

    private static TransformerEncoder Encoder(int i, Rng rng)
    {
        (int width, int heads) = ((int, int))(At(i, 4, 6, 5), At(i, 2, 3, 1));
        int hidden = At(i, 6, 5, 3);
        return new([Block((width, heads), hidden, normFirst: true, rng), Block((width, heads), hidden, normFirst: true, rng)], new(width));
    }

    private static Tensor Masked(Layer attention, Tensor x, Func<Tensor, Tensor> mask) =>
        ((MultiHeadAttention)attention).Forward(x, x, x, mask(NetworkReference.Noise(new(x.Shape[1], x.Shape[1]), 7)));

    private static Tensor Identity(int size) =>
        Tensor.From([.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0f)], new(size, size));
}
