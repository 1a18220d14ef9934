using System.Text.Json;

namespace Descent.Tests;

/// <summary>What nn.py and optimizers.py of tests/Reference wrote, and the formula by which both sides fill their inputs.</summary>
internal static class Reference
{
    private static readonly Dictionary<string, JsonElement> s_parts = new[] { "nn.json", "optimizers.json" }
        .SelectMany(file => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file))).RootElement.EnumerateObject())
        .ToDictionary(part => part.Name, part => part.Value);

    public static double[] Values(params ReadOnlySpan<string> path)
    {
        JsonElement element = s_parts[path[0]];
        foreach (string name in path[1..])
        {
            element = element.GetProperty(name);
        }

        return [.. element.EnumerateArray().Select(value => value.GetDouble())];
    }

    public static IEnumerable<string> Names(string part) => s_parts[part].EnumerateObject().Select(p => p.Name);

    public static float[] Values(long count, double phase, double scale = 1) =>
        [.. Enumerable.Range(0, (int)count).Select(i => (float)(scale * Math.Sin((0.7 * i) + phase)))];

    public static Tensor Fill(Shape shape, double phase, double scale = 1) => Tensor.From(Values(shape.Count, phase, scale), shape);

    /// <summary>Fills parameter number k with phase k.</summary>
    public static TModule Fill<TModule>(TModule module, double scale = 0.5)
        where TModule : Module
    {
        int k = 0;
        foreach (Parameter parameter in module.Parameters())
        {
            parameter.Write<float>(Values(parameter.Shape.Count, k++, scale));
        }

        return module;
    }

    public static void Equal(double[] expected, Tensor actual, double tolerance) => Equal(expected, actual.ToArray<float>(), tolerance);

    /// <summary>Each difference is at most the tolerance, relative to the largest expected value.</summary>
    public static void Equal(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = Math.Max(1e-30, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"element {i}: expected {expected[i]:G9}, got {actual[i]:G9}");
        }
    }
}
