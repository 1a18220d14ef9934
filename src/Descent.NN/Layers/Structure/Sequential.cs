using System.Globalization;

namespace Descent;

/// <summary>
/// Layers applied one after another: <c>y = f₂(f₁(f₀(x)))</c>. State names begin with the layer's position: <c>0.weight</c>.
/// </summary>
public sealed class Sequential(params ReadOnlySpan<Layer> layers) : Layer
{
    private readonly Layer[] _layers = layers.ToArray();

    // Kept, so that a visit allocates nothing.
    private readonly string[] _names = [.. Enumerable.Range(0, layers.Length).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, ..);

    /// <summary>Some of the layers alone: <c>Forward(x, ..^1)</c> is all but the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many layers.</exception>
    public Tensor Forward(Tensor x, Range layers)
    {
        foreach (Layer layer in _layers.AsSpan(layers))
        {
            x = layer.Forward(x);
        }

        return x;
    }

    /// <inheritdoc/>
    public override void Visit(IStateVisitor visitor)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            visitor.Module(_names[i], _layers[i]);
        }
    }
}
