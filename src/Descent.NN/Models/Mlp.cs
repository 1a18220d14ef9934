namespace Descent;

/// <summary>A multi-layer perceptron: affine layers with ReLU between them.</summary>
/// <remarks>Shapes: x (N, …), flattened to (N, inputs) → logits (N, classes).</remarks>
public sealed partial class Mlp : Layer, IFeatureExtractor
{
    /// <summary>A network of the given widths.</summary>
    /// <param name="inputs">Numbers per example, such as 784 for 28×28.</param>
    /// <param name="hidden">Widths of the hidden layers; none gives a linear classifier.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="rng">What the initial values are drawn from.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is not above 0.</exception>
    public Mlp(int inputs, IReadOnlyList<int> hidden, int classes, Rng rng)
    {
        int[] widths = [inputs, .. hidden, classes];
        Layers = [.. Enumerable.Range(0, widths.Length - 1).Select(i => new Linear(widths[i], widths[i + 1], rng))];
    }

    /// <summary>The affine layers in order.</summary>
    public IReadOnlyList<Linear> Layers { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Layers[^1].Forward(ForwardFeatures(x));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x)
    {
        x = x.Flatten();
        for (int i = 0; i < Layers.Count - 1; i++)
        {
            x = Layers[i].Forward(x).Relu();
        }

        return x;
    }
}
