using Descent.Kernels;

namespace Descent;

/// <summary>Batch normalisation by the statistics of the batch: <c>y = γ·(x − mean) / √(variance + ε) + β</c>, per channel.</summary>
/// <remarks>
/// Shapes: x (N, C) or (N, C, H, W), γ and β (C) → y as x, mean and variance (C); the variance is biased. Gradient: one op,
/// <see cref="BatchNormBackward"/>; mean and variance may be differentiated too. Ioffe and Szegedy, ICML 2015.
/// </remarks>
internal sealed record BatchNormTraining(double Epsilon) : Op
{
    public override string Name => "batch-norm";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        TensorType channels = Channels(t[0], Name);
        if (t[1] != channels || t[2] != channels)
        {
            throw new ShapeException($"{Name}: input {t[0]} needs gamma and beta {channels}, but they are {t[1]} and {t[2]}.");
        }

        return t[0].Count / t[0].Shape[1] > 1
            ? new[] { t[0], channels, channels }
            : throw new ShapeException($"{Name}: a channel of {t[0].Shape} has one value, whose variance is 0; train with larger batches.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        var result = new Tensor?[3];
        if (dy[0] is { } dyOut)
        {
            Tensor dx = Tensor.Apply(new BatchNormBackward(Epsilon), dyOut, x[0], x[1], y[1], y[2]);
            result = [dx, dx.Output(1), dx.Output(2)];
        }

        if (BatchNormStatistics.Gradient(x[0], y[1], dy[1], dy[2]) is { } part)
        {
            result[0] = result[0] is { } dx ? dx + part : part;
        }

        return result;
    }

    // Of one image: what the others of the batch add is left out.
    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Reach.Union(x);

    public override void Reference(ReferenceCall call)
    {
        Shape shape = call.XType(0).Shape;
        int channels = shape[1], rows = (int)(shape.Count / channels);
        double[] x = ToRows(call.X(0), shape);
        BatchNormReference.Statistics(rows, channels, x, call.Y(1), call.Y(2));
        for (int i = 0; i < x.Length; i++)
        {
            int c = i % channels;
            x[i] = ((x[i] - call.Y(1)[c]) / Math.Sqrt(call.Y(2)[c] + Epsilon) * call.X(1)[c]) + call.X(2)[c];
        }

        FromRows(x, shape, call.Y(0));
    }

    /// <summary>(C) as (C, 1, 1), so that it broadcasts along the channels of x.</summary>
    internal static Tensor PerChannel(Tensor values, Tensor x) => values.Reshape([values.Shape[0], .. Enumerable.Repeat(1, x.Rank - 2)]);

    /// <summary>(N, C, …) → (N·…, C).</summary>
    internal static double[] ToRows(ReadOnlySpan<double> x, Shape shape)
    {
        double[] rows = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            rows[Place(i, AxisSplit.Of(shape, 1))] = x[i];
        }

        return rows;
    }

    /// <summary>(N·…, C) → (N, C, …).</summary>
    internal static void FromRows(ReadOnlySpan<double> rows, Shape shape, Span<double> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = rows[Place(i, AxisSplit.Of(shape, 1))];
        }
    }

    internal static TensorType Channels(TensorType x, string op) => x.Shape.Rank >= 2 && x.DType.IsFloat() && x.Count > 0
        ? x with { Shape = new Shape(x.Shape[1]) }
        : throw new ShapeException($"{op}: input must be (N, C) or (N, C, H, W), f32 or f64, and not empty, but it is {x}.");

    private static int Place(int i, AxisSplit split)
    {
        int pixel = i % split.Inner, channel = i / split.Inner % split.Size, image = i / split.Inner / split.Size;
        return (((image * split.Inner) + pixel) * split.Size) + channel;
    }
}

/// <summary>The gradients of <see cref="BatchNormTraining"/>, in one op because they share their sums.</summary>
/// <remarks>
/// Inputs: dy, x, γ, mean, variance. Outputs: <c>dx = γ·r·(dy − (dβ + x̂·dγ) / n)</c>, <c>dγ = Σ dy·x̂</c>, <c>dβ = Σ dy</c>, with
/// r = 1 / √(variance + ε) and x̂ = (x − mean)·r. Mean and variance are those of x, kept from the forward pass: they get no gradient of
/// their own, x gets all of it. Gradients: by expansion into tensor ops.
/// </remarks>
internal sealed record BatchNormBackward(double Epsilon) : Op
{
    public override string Name => "batch-norm-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        TensorType channels = BatchNormTraining.Channels(t[1], Name);
        return t[0] == t[1] && t[2] == channels && t[3] == channels && t[4] == channels
            ? new[] { t[1], channels, channels }
            : throw new ShapeException(
                $"{Name}: dy {t[0]} must be as x {t[1]}, and gamma {t[2]}, mean {t[3]} and variance {t[4]} as {channels}.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        Expansion.Gradient([x[0], x[1], x[2], x[3], x[4]], [dy[0], dy[1], dy[2]], needed, t => Expand(t[0], t[1], t[2]));

    internal override bool IsDifferentiable(int input) => input < 3;

    public override void Reference(ReferenceCall call)
    {
        Shape shape = call.XType(1).Shape;
        int channels = shape[1], rows = (int)(shape.Count / channels);
        double[] dx = new double[shape.Count];
        BatchNormReference.Backward(
            rows, channels, Epsilon, BatchNormTraining.ToRows(call.X(1), shape), BatchNormTraining.ToRows(call.X(0), shape), call.X(2),
            call.X(3), call.X(4), dx, call.Y(1), call.Y(2));
        BatchNormTraining.FromRows(dx, shape, call.Y(0));
    }

    private Tensor[] Expand(Tensor dy, Tensor x, Tensor gamma)
    {
        int[] axes = [0, .. Enumerable.Range(2, x.Rank - 2)];
        double share = (double)x.Shape[1] / x.Shape.Count;
        Tensor deviation = x - x.Mean(axes, keepDims: true);
        Tensor scale = 1 / (deviation.Square().Mean(axes, keepDims: true) + Epsilon).Sqrt();
        Tensor normalized = deviation * scale;
        Tensor dbeta = dy.Sum(axes, keepDims: true);
        Tensor dgamma = (dy * normalized).Sum(axes, keepDims: true);
        Tensor dx = BatchNormTraining.PerChannel(gamma, x) * scale * (dy - ((dbeta + (normalized * dgamma)) * share));
        return [dx, dgamma.Reshape(gamma.Shape), dbeta.Reshape(gamma.Shape)];
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="BatchNormTraining"/>
    /// <exception cref="ShapeException">γ or β is not one number per channel, or a channel has a single value.</exception>
    public (Tensor Y, Tensor Mean, Tensor Variance) BatchNormTraining(Tensor gamma, Tensor beta, double epsilon = 1e-5)
    {
        Tensor y = Apply(new BatchNormTraining(epsilon), this, gamma, beta);
        return (y, y.Output(1), y.Output(2));
    }

    /// <summary>Batch normalisation by given statistics: <c>y = γ·(x − mean) / √(variance + ε) + β</c>, per channel.</summary>
    /// <remarks>
    /// Shapes: x (N, C) or (N, C, H, W), the others (C) → y as x. Scale and shift are computed per channel, so x sees one multiply-add.
    /// </remarks>
    /// <exception cref="ShapeException">The numbers are not one per channel.</exception>
    public Tensor BatchNormInference(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon = 1e-5)
    {
        TensorType channels = Descent.BatchNormTraining.Channels(Type, "batch-norm");
        if (gamma.Type != channels || beta.Type != channels || mean.Type != channels || variance.Type != channels)
        {
            throw new ShapeException(
                $"batch-norm: input {Type} needs gamma, beta, mean and variance {channels}, "
                + $"but they are {gamma.Type}, {beta.Type}, {mean.Type} and {variance.Type}.");
        }

        Tensor scale = gamma / (variance + epsilon).Sqrt();
        Tensor shift = beta - (mean * scale);
        return MultiplyAdd(Descent.BatchNormTraining.PerChannel(scale, this), Descent.BatchNormTraining.PerChannel(shift, this));
    }
}
