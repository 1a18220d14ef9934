namespace Descent;

/// <summary>Group normalisation: <c>y = γ·(x − mean) / √(variance + ε) + β</c>, each image by itself and its channels in groups.</summary>
/// <remarks>
/// Shapes: x (N, C, …) → same. Mean and (biased) variance are those of the C / groups channels of a group over all their elements, in
/// training and in evaluation alike; so it does not depend on the batch. Init: γ = 1, β = 0. State names as PyTorch.
/// One group is a layer normalisation over the whole image; as many groups as channels are <see cref="InstanceNorm"/>.
/// Wu and He, "Group Normalization", ECCV 2018.
/// </remarks>
/// <exception cref="ArgumentException">channels is not a multiple of groups.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class GroupNorm(int groups, int channels, double epsilon = 1e-5, bool affine = true, Device? device = null) : Layer
{
    private readonly int _perGroup = Require.Multiple(Require.Positive(channels), of: groups) / groups;

    /// <summary>γ, shape (C); null when built with <c>affine: false</c>.</summary>
    public Parameter? Weight { get; } = affine ? new(Tensor.Ones(new(channels), device: device)) : null;

    /// <summary>β, shape (C); null when built with <c>affine: false</c>.</summary>
    public Parameter? Bias { get; } = affine ? new(Tensor.Zeros(new(channels), device: device)) : null;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, C, …).</exception>
    public override Tensor Forward(Tensor x) => x.Rank >= 2 && x.Shape[1] == channels
        ? Normalize(x, _perGroup, Weight, Bias, epsilon)
        : throw new ShapeException($"GroupNorm: input must be (N, {channels}, …), but it is {x.Type}.");

    /// <summary>Each group of channels of each image as one row.</summary>
    internal static Tensor Normalize(Tensor x, int perGroup, Parameter? weight, Parameter? bias, double epsilon)
    {
        Tensor y = x.Reshape(x.Shape[0], x.Shape[1] / perGroup, -1).LayerNorm(epsilon: epsilon).Reshape(x.Shape);
        return weight is null || bias is null ? y : y.MultiplyAdd(Channels.Along(weight, x), Channels.Along(bias, x));
    }
}
