using Descent.Kernels;

namespace Descent;

/// <summary>The mean of each window.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, H′, W′), H′ = ⌊(H + padding − kernel) / stride⌋ + 1. With <c>CountPadding</c> padding counts as zeros,
/// else only pixels of the image count. Gradient: dy / count for each pixel of its window; forward and backward are linear and
/// differentiate each other.
/// </remarks>
internal sealed record AvgPool2d(PoolWindow Window, bool CountPadding) : Op
{
    public override string Name => "avgpool2d";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x)
    {
        Pool2dShape s = Window.Sizes(x[0].Shape, Name);
        return x[0].DType.IsFloat()
            ? x[0] with { Shape = new Shape(s.N, s.C, s.OutH, s.OutW) }
            : throw new ShapeException($"{Name}: input must be f32 or f64, not {x[0]}; cast it with To(DType.F32).");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new AvgPool2dBackward(Window, CountPadding, x[0].Shape), dy)];

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Window.ReachOver(x[0]);

    public override void Reference(ReferenceCall call) =>
        AvgPool2dReference.Forward(Window.Sizes(call.XType(0).Shape, Name), CountPadding, call.X(0), call.Y(0));
}

/// <summary>dx of an average pooling.</summary>
/// <remarks>Shapes: dy (N, C, H′, W′) → dx (N, C, H, W), which the op states.</remarks>
internal sealed record AvgPool2dBackward(PoolWindow Window, bool CountPadding, Shape Input) : Op
{
    public override string Name => "avgpool2d-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> dy)
    {
        Window.MustGive(Input, dy[0].Shape, Name);
        return dy[0] with { Shape = Input };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new AvgPool2d(Window, CountPadding), dy)];

    public override void Reference(ReferenceCall call) =>
        AvgPool2dReference.Backward(Window.Sizes(Input, Name), CountPadding, call.X(0), call.Y(0));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.AvgPool2d"/>
    /// <exception cref="ShapeException">The window does not fit the image.</exception>
    public Tensor AvgPool2d(int kernel, int? stride = null, int padding = 0, bool countPadding = true) =>
        AvgPool2d(PoolWindow.Of(kernel, stride, padding), countPadding);

    /// <inheritdoc cref="Descent.AvgPool2d"/>
    /// <exception cref="ShapeException">The window does not fit the image.</exception>
    public Tensor AvgPool2d(PoolWindow window, bool countPadding = true) => Apply(new AvgPool2d(window, countPadding), this);
}
