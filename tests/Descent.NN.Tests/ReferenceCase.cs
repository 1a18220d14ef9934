using System.Text.Json;

namespace Descent.Tests;

/// <summary>One case of a row of tests/Reference/&lt;family&gt;.json: inputs, and the outputs and gradients that PyTorch computes of them.</summary>
internal sealed class ReferenceCase
{
    // The phases of noise that each kind of values begins with, as in cases.py; inputs begin with 0.
    private const int Weights = 5, Parameters = 10, Buffers = 60;

    private readonly JsonElement _entry;

    public ReferenceCase(JsonElement entry)
    {
        _entry = entry;
        Inputs = [.. entry.GetProperty("x").EnumerateArray().Select(Input)];
        Y = [.. entry.GetProperty("y").EnumerateArray().Select(NetworkReference.Numbers)];
        Dx = [.. entry.GetProperty("dx").EnumerateArray().Select(NetworkReference.Numbers)];
    }

    /// <summary>A <see cref="Parameter"/> where the reference differentiates by it, else a tensor.</summary>
    public IReadOnlyList<object> Inputs { get; }

    public IReadOnlyList<double[]> Y { get; }

    /// <summary>The gradients by the inputs that are parameters, in their order.</summary>
    public IReadOnlyList<double[]> Dx { get; }

    /// <summary>The gradients by the layer's parameters, in the reference's order.</summary>
    public IReadOnlyList<(string Name, double[] Values)> Gradients => Named("gradients");

    /// <summary>The layer's buffers behind the forward pass.</summary>
    public IReadOnlyList<(string Name, double[] Values)> BuffersBehind => Named("buffers");

    public bool IsTraining => !_entry.TryGetProperty("training", out _);

    /// <summary>How many arrays are compared.</summary>
    public int Arrays => Y.Count + Dx.Count + Gradients.Count + BuffersBehind.Count;

    /// <summary>The sum of all outputs, each times noise: what the reference differentiates.</summary>
    public static Tensor WeightedSum(IReadOnlyList<Tensor> y) =>
        y.Select((part, k) => (part * NetworkReference.Noise(part.Shape, Weights + k)).Sum()).Aggregate((a, b) => a + b);

    /// <summary>Fills parameters and buffers as the reference does, which must name each of them.</summary>
    public Module Fill(Module module)
    {
        IReadOnlyDictionary<string, Cell> state = module.State();
        string[] expected = [.. Gradients.Concat(BuffersBehind).Select(cell => cell.Name)];
        Assert.Equal(expected.Order(), state.Keys.Order());
        for (int k = 0; k < expected.Length; k++)
        {
            Cell cell = state[expected[k]];
            bool isBuffer = k >= Gradients.Count;
            bool isMatrix = cell.Shape.Rank > 1 && !isBuffer;
            double scale = isMatrix ? Math.Sqrt(3.0 * cell.Shape[0] / cell.Shape.Count) : 0.3;
            bool isAroundOne = !isMatrix && expected[k].EndsWith(isBuffer ? "var" : "weight", StringComparison.Ordinal);
            int phase = isBuffer ? Buffers + k - Gradients.Count : Parameters + k;
            cell.Write<float>(NetworkReference.Values(cell.Shape.Count, phase, scale, isAroundOne ? 1 : 0));
        }

        return IsTraining ? module.Train() : module.Eval();
    }

    private static object Input(JsonElement input, int k)
    {
        var shape = new Shape([.. input.GetProperty("shape").Numbers().Select(size => (int)size)]);
        if (input.TryGetProperty("integers", out JsonElement integers))
        {
            return Tensor.From([.. integers.EnumerateArray().Select(value => value.GetInt64())], shape);
        }

        float[] values = input.TryGetProperty("values", out JsonElement given)
            ? [.. given.Numbers().Select(value => (float)value)]
            : NetworkReference.Values(shape.Count, k, Number("scale", 1), Number("shift", 0));
        Tensor tensor = Tensor.From(values, shape);
        return input.TryGetProperty("constant", out _) ? (object)tensor : new Parameter(tensor);

        double Number(string name, double otherwise) => input.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
    }

    private (string Name, double[] Values)[] Named(string part) => _entry.TryGetProperty(part, out JsonElement values)
        ? [.. values.EnumerateObject().Select(value => (value.Name, value.Value.Numbers()))]
        : [];
}
