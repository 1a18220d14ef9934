namespace Descent.Tests;

/// <summary>
/// Every layer, loss and function of Descent.NN that PyTorch, or a few lines of it, can check: one list a family, each in a file of its own.
/// </summary>
/// <remarks>
/// To add a row: a line in tests/Reference/&lt;family&gt;.py (three shapes or more, one of them odd; run it), and a line of the same name in
/// the family's list. All that is tested of a row is in <see cref="LayerSampleTests"/>.
/// </remarks>
internal static partial class LayerSamples
{
    private static readonly Dictionary<string, IReadOnlyList<LayerSample>> s_families = new()
    {
        ["activations"] = Activations,
        ["attention"] = Attention,
        ["blocks"] = Blocks,
        ["linear"] = Linear,
        ["losses"] = Losses,
        ["normalisation"] = Normalisation,
        ["regularisation"] = Regularisation,
        ["segmentation"] = Segmentation,
        ["sequences"] = Sequences,
        ["spatial"] = Spatial,
    };

    public static IEnumerable<string> Families => s_families.Keys;

    public static IReadOnlyList<LayerSample> All { get; } =
        [.. s_families.SelectMany(family => family.Value.Select(row => row with { Family = family.Key }))];

    public static LayerSample Named(string family, string name) => All.Single(row => row.Family == family && row.Name == name);

    /// <summary>The same layer for every case.</summary>
    private static LayerSample Layer(string name, Func<Rng, Layer> make, int sums = 1) => Layer(name, (_, rng) => make(rng), sums);

    /// <summary>A layer for each case, by its number.</summary>
    private static LayerSample Layer(string name, Func<int, Rng, Layer> make, int sums = 1) =>
        Module(name, make, (layer, x) => [layer.Forward(x[0])], sums);

    /// <summary>A module of several inputs or outputs.</summary>
    private static LayerSample Module<TModule>(
        string name, Func<int, Rng, TModule> make, Func<TModule, Tensor[], Tensor[]> forward, int sums = 1)
        where TModule : Module =>
        new("", name, NameOf(make(0, new Rng(1)).GetType()), i => make(i, new Rng(1)), (_, module, x) => forward((TModule)module!, x), sums);

    /// <summary>A static method of case number i, named as <c>Loss.Huber</c>.</summary>
    private static LayerSample Function(string name, string method, Func<int, Tensor[], Tensor> function, int sums = 1) =>
        new("", name, method, _ => null, (i, _, x) => [function(i, x)], sums);

    public static string NameOf(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition().Name : type.Name;

    private static int At(int i, params ReadOnlySpan<int> values) => values[i];
}
