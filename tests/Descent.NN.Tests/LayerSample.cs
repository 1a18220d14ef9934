using System.Text.Json;

namespace Descent.Tests;

/// <summary>
/// A row of the table of samples: something that Descent.NN computes, and the row of tests/Reference/&lt;family&gt;.json that it must agree with.
/// </summary>
/// <param name="Family">The reference's file.</param>
/// <param name="Name">The reference's row.</param>
/// <param name="Covers">The public type, or the method as <c>Loss.Huber</c>, that this row tests.</param>
/// <param name="Make">The module for case number i; null where a function is tested.</param>
/// <param name="Forward">The outputs of case number i.</param>
/// <param name="Sums">
/// How many terms the longest sum behind a value has, over all layers on the way: f32 may differ by 1.3·10⁻⁶·√Sums, relative to the largest
/// value of the array.
/// </param>
internal sealed record LayerSample(
    string Family, string Name, string Covers, Func<int, Module?> Make, Func<int, Module?, Tensor[], Tensor[]> Forward, int Sums)
{
    private ReferenceCase[]? _cases;

    public IReadOnlyList<ReferenceCase> Cases =>
        _cases ??= [.. File(Family).GetProperty(Name).EnumerateArray().Select(entry => new ReferenceCase(entry))];

    /// <summary>True where the layer stops a gradient on purpose, so that it is not what central differences say.</summary>
    public bool StopsGradients { get; init; }

    public double Tolerance => 1.3e-6 * Math.Sqrt(Sums);

    /// <summary>The rows that a family's reference holds.</summary>
    public static IEnumerable<string> Rows(string family) => File(family).EnumerateObject().Select(row => row.Name);

    private static JsonElement File(string family) =>
        JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, family + ".json"))).RootElement;
}
