namespace Descent;

/// <summary>Leaky rectified linear unit with learned slopes: <c>y = x</c> where x &gt; 0, else <c>a·x</c>, with one a per channel or one for all.</summary>
/// <remarks>
/// Shapes: x (N, C, …) → same; with one slope any. Gradient: <c>da = Σ dy·x</c> over x ≤ 0. Init: a = ¼. State name as PyTorch.
/// The slopes should not decay: weight decay pulls them to 0, which is ReLU.
/// He et al., "Delving Deep into Rectifiers", ICCV 2015.
/// </remarks>
/// <param name="channels">C, or 1 for one slope.</param>
/// <param name="slope">What all slopes begin with.</param>
/// <param name="device">Where the slopes live.</param>
/// <exception cref="ArgumentOutOfRangeException">channels is not above 0.</exception>
public sealed partial class PRelu(int channels = 1, double slope = 0.25, Device? device = null) : Layer
{
    /// <summary>a, shape (channels).</summary>
    public Parameter Weight { get; } = new(Tensor.Full(slope, new(Require.Positive(channels)), device: device));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has not the channels of the slopes.</exception>
    public override Tensor Forward(Tensor x) => channels == 1
        ? x.LeakyRelu(Weight)
        : x.Rank >= 2 && x.Shape[1] == channels
            ? x.LeakyRelu(Channels.Along(Weight, x))
            : throw new ShapeException($"PRelu: input must be (N, {channels}, …), but it is {x.Type}.");
}
