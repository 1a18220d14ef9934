namespace Descent;

/// <summary>How the weight and the bias of an affine map begin: as PyTorch's defaults, or as the caller says.</summary>
internal static class Weights
{
    /// <summary>Uniform in ±1/√fanIn where nothing is said.</summary>
    public static Parameter Of(Shape shape, int fanIn, Rng rng, Initializer? init) =>
        new(init is null ? Init.KaimingUniform(shape, fanIn, rng) : init(shape, fanIn, rng));

    /// <summary>Uniform in ±1/√fanIn where nothing is said, else 0.</summary>
    public static Parameter Bias(int count, int fanIn, Rng rng, Initializer? init) => Bias(new Shape(count), fanIn, rng, init);

    /// <inheritdoc cref="Bias(int, int, Rng, Initializer?)"/>
    public static Parameter Bias(Shape shape, int fanIn, Rng rng, Initializer? init) =>
        new(init is null ? Init.Uniform(shape, 1 / Math.Sqrt(fanIn), rng) : Tensor.Zeros(shape, device: rng.Device));
}
