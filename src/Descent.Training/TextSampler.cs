namespace Descent;

/// <summary>Writes on with a model of characters: each next character is drawn by its probability, then read.</summary>
public sealed class TextSampler
{
    private readonly CharLstm _model;
    private readonly IReadOnlyList<string> _characters;
    private readonly Dictionary<string, int> _numbers;

    /// <exception cref="ArgumentException">The network is no model of characters.</exception>
    public TextSampler(Classifier classifier)
    {
        _model = classifier.Model as CharLstm
            ?? throw new ArgumentException($"A text is written by a model of characters such as 'char-lstm', not by '{classifier.Architecture.Name}'.");
        _characters = classifier.ClassNames;
        _numbers = _characters.Select((character, number) => (character, number)).ToDictionary(pair => pair.character, pair => pair.number);
    }

    /// <summary>The characters that follow a beginning.</summary>
    /// <param name="beginning">What the network reads first; where it is empty, a character that is drawn, which the result then begins with.</param>
    /// <param name="length">Characters to write.</param>
    /// <param name="temperature">
    /// What the logits are divided by, above 0: below 1 likely characters become likelier, above 1 the draw becomes more even.
    /// </param>
    /// <param name="rng">Its stream <c>sample</c> draws.</param>
    /// <exception cref="ArgumentException">The beginning has a character that the network does not know.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or the temperature not above 0.</exception>
    public string Continue(string beginning, int length, double temperature, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        Rng stream = rng.Stream("sample");
        var text = new System.Text.StringBuilder();
        int[] read = [.. beginning.EnumerateRunes().Select(rune => NumberOf(rune.ToString()))];
        if (read.Length == 0 && length > 0)
        {
            read = [stream.Next(_characters.Count)];
            text.Append(_characters[read[0]]);
            length--;
        }

        Tensor? hidden = null, cell = null;
        for (int i = 0; i < length; i++)
        {
            float[] logits = Read(read, ref hidden, ref cell);
            int next = Draw(logits, temperature, stream.NextDouble());
            text.Append(_characters[next]);
            read = [next];
        }

        return text.ToString();
    }

    /// <summary>The logits behind the last character. One run computes them together with the states, which are then plain values.</summary>
    private float[] Read(int[] characters, ref Tensor? hidden, ref Tensor? cell)
    {
        Device device = _model.Head.Weight.Read().Device;
        (Tensor logits, Tensor h, Tensor c) = _model.Forward(Tensor.From(characters, new(1, characters.Length), device), hidden, cell);
        Tensor last = logits.Narrow(2, characters.Length - 1, 1);
        float[] all = Tensor.Concat(0, last.Flatten(from: 0), h.Flatten(from: 0), c.Flatten(from: 0)).ToArray<float>();
        int states = (int)h.Shape.Count, at = _characters.Count;
        hidden = Tensor.From<float>(all.AsSpan(at, states), h.Shape, device);
        cell = Tensor.From<float>(all.AsSpan(at + states, states), c.Shape, device);
        return all[..at];
    }

    /// <summary>The class at which the running sum of softmax(logits / temperature) passes a number in [0, 1).</summary>
    private static int Draw(float[] logits, double temperature, double at)
    {
        double max = logits.Max(), sum = 0;
        double[] sums = [.. logits.Select(logit => sum += Math.Exp((logit - max) / temperature))];
        int drawn = Array.FindIndex(sums, upTo => upTo > at * sum);
        return drawn < 0 ? logits.Length - 1 : drawn;
    }

    private int NumberOf(string character) => _numbers.TryGetValue(character, out int number)
        ? number
        : throw new ArgumentException(
            $"The network knows {_characters.Count} characters, and '{character}' is none of them; begin with others.");
}
