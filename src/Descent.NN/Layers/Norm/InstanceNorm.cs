namespace Descent;

/// <summary>Instance normalisation: <c>y = (x − mean) / √(variance + ε)</c>, each channel of each image by itself; with scale and shift if asked.</summary>
/// <remarks>
/// Shapes: x (N, C, …) with one axis or more behind the channels → same. Mean and (biased) variance are those of a channel's elements, in
/// training and in evaluation alike. With <c>affine</c>: <c>γ·(…) + β</c>; init γ = 1, β = 0. State names and defaults as PyTorch.
/// Ulyanov, Vedaldi and Lempitsky, "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">channels is not above 0.</exception>
public sealed partial class InstanceNorm(int channels, double epsilon = 1e-5, bool affine = false, Device? device = null) : Layer
{
    private readonly int _channels = Require.Positive(channels);

    /// <summary>γ, shape (C); null unless built with <c>affine: true</c>.</summary>
    public Parameter? Weight { get; } = affine ? new(Tensor.Ones(new(channels), device: device)) : null;

    /// <summary>β, shape (C); null unless built with <c>affine: true</c>.</summary>
    public Parameter? Bias { get; } = affine ? new(Tensor.Zeros(new(channels), device: device)) : null;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, C, …), or a channel has a single element, whose variance is 0.</exception>
    public override Tensor Forward(Tensor x) => x.Rank >= 3 && x.Shape[1] == _channels && x.Shape.Count > (long)x.Shape[0] * _channels
        ? GroupNorm.Normalize(x, perGroup: 1, Weight, Bias, epsilon)
        : throw new ShapeException($"InstanceNorm: input must be (N, {_channels}, …) with more than one element in a channel, but it is {x.Type}.");
}
