namespace Descent;

/// <summary>Batch normalisation of images, per channel: <c>y = γ·(x − mean) / √(variance + ε) + β</c>.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → same. In training, mean and (biased) variance are the batch's, and every run that computes y moves the
/// running ones:
/// <c>r = (1 − momentum)·r + momentum·batch</c>, with the unbiased variance. In evaluation they are the running ones.
/// Init: γ = 1, β = 0, running mean 0 and variance 1. State names as PyTorch, less its counter <c>num_batches_tracked</c>, which it fills
/// in itself.
/// Ioffe and Szegedy, "Batch Normalization", ICML 2015.
/// </remarks>
public sealed partial class BatchNorm2d(int channels, double epsilon = 1e-5, double momentum = 0.1, Device? device = null) : Layer, IBatchStatistics
{
    /// <summary>The share of a batch in the running statistics.</summary>
    double IBatchStatistics.Momentum { get; set; } = momentum;

    /// <summary>γ, shape (C).</summary>
    public Parameter Weight { get; } = new(Tensor.Ones(new(Require.Positive(channels)), device: device));

    /// <summary>β, shape (C).</summary>
    public Parameter Bias { get; } = new(Tensor.Zeros(new(channels), device: device));

    /// <summary>Shape (C).</summary>
    public Buffer RunningMean { get; } = new(Tensor.Zeros(new(channels), device: device));

    /// <summary>Shape (C); of the unbiased variance.</summary>
    public Buffer RunningVar { get; } = new(Tensor.Ones(new(channels), device: device));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, C, H, W), or in training a channel has a single value.</exception>
    public override Tensor Forward(Tensor x) => x.Rank == 4
        ? BatchNorm.Forward(x, Weight, Bias, RunningMean, RunningVar, IsTraining, epsilon, ((IBatchStatistics)this).Momentum)
        : throw new ShapeException($"BatchNorm2d: input must be (N, C, H, W), but it is {x.Type}.");
}
