namespace Descent.Tests;

/// <summary>What holds of attention beyond its rows in <see cref="LayerSamples"/>.</summary>
public class AttentionTests
{
    [Fact]
    public void Attention_of_separate_tensors_equals_self_attention()
    {
        var attention = new MultiHeadAttention(6, 3, new Rng(1));
        Tensor x = NetworkReference.Noise(new(2, 5, 6), 0);
        Reference.Equal(
            [.. attention.Forward(x).ToArray<float>().Select(v => (double)v)], attention.Forward(x, x + 0, x + 0), 1e-5);
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
}
