namespace Descent.Tests;

/// <summary>What holds of layers of sequences beyond their rows in <see cref="LayerSamples"/>.</summary>
public class SequenceTests
{
    [Fact]
    public void A_sequence_read_in_two_parts_gives_what_it_gives_in_one()
    {
        var lstm = new Lstm(3, 4, new Rng(1), layers: 2);
        Tensor x = NetworkReference.Noise(new(2, 7, 3), 0);
        (Tensor whole, Tensor hidden, Tensor cell) = lstm.Forward(x, null, null);
        (Tensor first, Tensor h, Tensor c) = lstm.Forward(x.Narrow(1, 0, 3), null, null);
        (Tensor second, h, c) = lstm.Forward(x.Narrow(1, 3, 4), h, c);
        Same(whole, Tensor.Concat(1, first, second));
        Same(hidden, h);
        Same(cell, c);
    }

    [Fact]
    public void Dropout_between_layers_drops_in_training_alone_and_never_behind_the_last()
    {
        Tensor x = NetworkReference.Noise(new(2, 5, 3), 0);
        var one = new Gru(3, 4, new Rng(1), dropout: 0.5);
        Same(one.Eval().Forward(x), one.Train().Forward(x));
        var two = new Gru(3, 4, new Rng(1), layers: 2, dropout: 0.5);
        float[] evaluated = two.Eval().Forward(x).ToArray<float>();
        Assert.NotEqual(evaluated, two.Train().Forward(x).ToArray<float>());
    }

    [Fact]
    public void A_padding_row_begins_as_zero_and_stays()
    {
        var embedding = new Embedding(5, 3, new Rng(1), paddingIndex: 2);
        Assert.Equal([0, 0, 0], embedding.Weight.ToArray<float>()[6..9]);
        Tensor x = Tensor.From([2, 1, 2], new(3));
        new Sgd(embedding.Parameters(), 0.1).Step(embedding.Forward(x).Exp().Sum().Backward());
        Assert.Equal([0, 0, 0], embedding.Weight.ToArray<float>()[6..9]);
    }

    [Fact]
    public void A_padded_sequence_is_attended_to_as_if_it_were_short()
    {
        var attention = new MultiHeadAttention(6, 2, new Rng(1));
        Tensor x = NetworkReference.Noise(new(2, 5, 6), 0);
        Tensor mask = Sequences.PaddingMask(Tensor.From([5, 3], new(2)), steps: 5);
        Tensor padded = attention.Forward(x, x, x, mask).Narrow(0, 1, 1).Narrow(1, 0, 3);
        Tensor alone = attention.Forward(x.Narrow(0, 1, 1).Narrow(1, 0, 3));
        float[] expected = alone.ToArray<float>(), actual = padded.ToArray<float>();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Sizes_and_shapes_that_do_not_fit_are_refused_by_name()
    {
        var rng = new Rng(1);
        Assert.Contains("paddingIndex must name one of the 5 rows", Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(5, 3, rng, 5)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm(0, 3, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rnn(3, 3, rng, layers: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru(3, 3, rng, dropout: 1));
        Refuses("gather", () => new Embedding(5, 3, rng).Forward(Tensor.Ones(new(2))));
        Refuses("LearnedPositions: there are 3 positions", () => new LearnedPositions(3, 2, rng).Forward(Tensor.Ones(new(1, 4, 2))));
        Refuses("SinusoidalPositions: input must be (N, T, 4)", () => new SinusoidalPositions(4).Forward(Tensor.Ones(new(1, 4, 2))));
        Refuses("ClassToken: input must be (N, T, 4)", () => new ClassToken(4, rng).Forward(Tensor.Ones(new(4, 4))));
        Refuses("Lstm: input must be (N, T, 3)", () => new Lstm(3, 2, rng).Forward(Tensor.Ones(new(1, 4, 2))));
        Refuses("at least one step", () => new Rnn(3, 2, rng).Forward(Tensor.Ones(new(1, 0, 3))));
        Refuses("here (2, 1, 2)", () => new Gru(3, 2, rng, layers: 2).Forward(Tensor.Ones(new(1, 4, 3)), Tensor.Ones(new(1, 1, 2))).Output);
        Refuses("lengths must be (N)", () => Sequences.PaddingMask(Tensor.Ones(new(2)), 3));
        Refuses("numbers of characters (N, T)", () => new CharLstm(5, rng).Forward(Tensor.From([1, 2], new(2))));
        Refuses("T at least 7", () => new TextCnn(5, 2, rng).Forward(Tensor.From([1, 2], new(1, 2))));

        static void Refuses(string message, Func<Tensor> forward) => Assert.Contains(message, Assert.Throws<ShapeException>(forward).Message);
    }

    private static void Same(Tensor expected, Tensor actual) =>
        Assert.All(expected.ToArray<float>().Zip(actual.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
}
