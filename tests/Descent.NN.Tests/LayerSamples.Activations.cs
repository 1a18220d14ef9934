namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Activations =>
    [
        Layer("gelu", _ => new Activation<Gelu>()),
    ];
}
