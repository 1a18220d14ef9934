using Descent.Kernels;

namespace Descent;

/// <summary>Mean and biased variance of each channel: what a batch normalisation needs to know of its input.</summary>
/// <remarks>
/// Shapes: x (N, C) or (N, C, H, W) → mean and variance (C). Gradient: <c>dx = (dmean + 2·dvariance·(x − mean)) / n</c>.
/// Numerics: values are taken relative to a nearby mean, so that a mean that is large beside the deviation costs no digits.
/// </remarks>
internal sealed record BatchNormStatistics : Op
{
    public static readonly BatchNormStatistics Op = new();

    public override string Name => "batch-norm-statistics";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        TensorType channels = BatchNormTraining.Channels(t[0], Name);
        return new[] { channels, channels };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [Gradient(x[0], y[0], dy[0], dy[1])];

    public override void Reference(ReferenceCall call)
    {
        Shape shape = call.XType(0).Shape;
        int channels = shape[1];
        BatchNormReference.Statistics((int)(shape.Count / channels), channels, BatchNormTraining.ToRows(call.X(0), shape), call.Y(0), call.Y(1));
    }

    /// <summary>What flows to x from its mean and its variance; null where neither is differentiated.</summary>
    internal static Tensor? Gradient(Tensor x, Tensor mean, Tensor? dmean, Tensor? dvariance)
    {
        double share = (double)x.Shape[1] / x.Shape.Count;
        Tensor? dx = dmean is null ? null : BatchNormTraining.PerChannel(dmean, x).Expand(x.Shape) * share;
        if (dvariance is null)
        {
            return dx;
        }

        Tensor part = (x - BatchNormTraining.PerChannel(mean, x)) * BatchNormTraining.PerChannel(dvariance, x) * (2 * share);
        return dx is null ? part : dx + part;
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.BatchNormStatistics"/>
    /// <exception cref="ShapeException">There is no axis of channels.</exception>
    public (Tensor Mean, Tensor Variance) BatchNormStatistics()
    {
        Tensor mean = Apply(Descent.BatchNormStatistics.Op, this);
        return (mean, mean.Output(1));
    }
}
