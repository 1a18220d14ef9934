using System.Text.Json;

namespace Descent.Tests;

/// <summary>What tests/Reference/networks.py and models.py wrote, and the formulas by which both sides fill inputs and parameters.</summary>
internal static class NetworkReference
{
    private static readonly JsonElement[] s_files = [Read("networks.json"), Read("models.json")];

    /// <summary>What PyTorch computes for a network.</summary>
    public static JsonElement Network(string name) => Array.Find(s_files, file => file.TryGetProperty(name, out _)).GetProperty(name);

    /// <summary>The names and shapes of all that torchvision's networks save.</summary>
    public static JsonElement States { get; } = Read("model_states.json");

    public static Shape Shape(this JsonElement sizes) => new([.. sizes.EnumerateArray().Select(size => size.GetInt32())]);

    public static double[] Numbers(this JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>Uniform in shift ± scale: the finaliser of MurmurHash3 over index and phase.</summary>
    public static float[] Values(long count, int phase, double scale = 1, double shift = 0)
    {
        var values = new float[count];
        for (uint i = 0; i < count; i++)
        {
            uint x = i + (0x9E3779B1 * (uint)(phase + 1));
            x ^= x >> 16;
            x *= 0x85EBCA6B;
            x ^= x >> 13;
            x *= 0xC2B2AE35;
            x ^= x >> 16;
            values[i] = (float)(((float)((x / 2147483648.0) - 1) * scale) + shift);
        }

        return values;
    }

    public static Tensor Noise(Shape shape, int phase) => Tensor.From(Values(shape.Count, phase), shape);

    /// <summary>Fills the parameters in the order of the reference's gradients, which must name each of them.</summary>
    public static TModule Fill<TModule>(TModule module, JsonElement gradients)
        where TModule : Module
    {
        Dictionary<string, Parameter> parameters =
            module.State().Where(cell => cell.Value is Parameter).ToDictionary(cell => cell.Key, cell => (Parameter)cell.Value);
        Assert.Equal(gradients.EnumerateObject().Select(g => g.Name).Order(), parameters.Keys.Order());
        int k = 0;
        foreach (JsonProperty gradient in gradients.EnumerateObject())
        {
            Parameter parameter = parameters[gradient.Name];
            bool isMatrix = parameter.Shape.Rank > 1;
            double scale = isMatrix ? Math.Sqrt(3.0 * parameter.Shape[0] / parameter.Shape.Count) : 0.3;
            double middle = !isMatrix && gradient.Name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
            parameter.Write<float>(Values(parameter.Shape.Count, 10 + k++, scale, middle));
        }

        return module;
    }

    private static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name))).RootElement;
}
