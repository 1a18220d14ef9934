namespace Descent;

/// <summary>Batch normalisation of features: <c>y = γ·(x − mean) / √(variance + ε) + β</c>, each over the batch.</summary>
/// <remarks>Shapes: x (N, C) or (N, C, L) → same. All else as <see cref="BatchNorm2d"/>.</remarks>
public sealed partial class BatchNorm1d(int channels, double epsilon = 1e-5, double momentum = 0.1, Device? device = null) : Layer, IBatchStatistics
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
    /// <exception cref="ShapeException">x is not (N, C) or (N, C, L), or in training a channel has a single value.</exception>
    public override Tensor Forward(Tensor x) => x.Rank is 2 or 3
        ? BatchNorm.Forward(x, Weight, Bias, RunningMean, RunningVar, IsTraining, epsilon, ((IBatchStatistics)this).Momentum)
        : throw new ShapeException($"BatchNorm1d: input must be (N, C) or (N, C, L), but it is {x.Type}.");
}
