using Descent.Kernels;

namespace Descent;

/// <summary>
/// 2-D cross-correlation, which deep learning calls convolution: <c>y[n,k,p,q] = Σ x[n, c, p·stride + i·dilation − pad, …]·w[k,c,i,j]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, H, W), w (K, C / groups, KH, KW) → y (N, K, H′, W′) with
/// H′ = ⌊(H + padding − dilation·(KH − 1) − 1) / stride⌋ + 1, padding counted on both sides, and W′ alike.
/// Gradients: <see cref="Conv2dBackwardInput"/> and <see cref="Conv2dBackwardWeight"/>; each of the three is differentiated by the other
/// two.
/// </remarks>
internal sealed record Conv2d(ConvWindow Window) : Op
{
    public override string Name => "conv2d";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Conv2dShape s = Sizes(t[0].Shape, t[1].Shape);
        return t[0].DType == t[1].DType && t[0].DType.IsFloat()
            ? t[0] with { Shape = new Shape(s.N, s.K, s.OutH, s.OutW) }
            : throw new ShapeException(
                $"{Name}: input and weight must both be f32 or both f64, but they are {t[0]} and {t[1]}; cast with To(DType.F32).");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
    [
        needed[0] ? Tensor.Apply(new Conv2dBackwardInput(Window, x[0].Shape), dy, x[1]) : null,
        needed[1] ? Tensor.Apply(new Conv2dBackwardWeight(Window, x[1].Shape), x[0], dy) : null,
    ];

    public override void Reference(ReferenceCall call) =>
        Conv2dReference.Forward(Sizes(call.XType(0).Shape, call.XType(1).Shape), call.X(0), call.X(1), call.Y(0));

    internal override long MultiplyAdds(ReadOnlySpan<TensorType> x, TensorType y) =>
        y.Count * x[1].Shape[1] * x[1].Shape[2] * x[1].Shape[3];

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) =>
        x[0]?.Through(Window.Rows(types[1].Shape[2]), Window.Columns(types[1].Shape[3]));

    internal Conv2dShape Sizes(Shape x, Shape w) => Window.Sizes(x, w, Name);
}

/// <summary>The gradient of a convolution by its input: dx from dy and w. As a layer of its own it is the transposed convolution.</summary>
/// <remarks>Shapes: dy (N, K, H′, W′), w (K, C / groups, KH, KW) → dx (N, C, H, W), which the op states, for many H give one H′.</remarks>
internal sealed record Conv2dBackwardInput(ConvWindow Window, Shape Input) : Op
{
    public override string Name => "conv2d-backward-input";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Conv2dShape s = Sizes(t[1].Shape);
        return t[0].Shape == new Shape(s.N, s.K, s.OutH, s.OutW)
            ? t[0] with { Shape = Input }
            : throw new ShapeException(
                $"{Name}: dy is {t[0]}, but an input {Input} with weight {t[1].Shape} gives ({s.N}, {s.K}, {s.OutH}, {s.OutW}).");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
    [
        needed[0] ? Tensor.Apply(new Conv2d(Window), dy, x[1]) : null,
        needed[1] ? Tensor.Apply(new Conv2dBackwardWeight(Window, x[1].Shape), dy, x[0]) : null,
    ];

    public override void Reference(ReferenceCall call) =>
        Conv2dReference.BackwardInput(Sizes(call.XType(1).Shape), call.X(0), call.X(1), call.Y(0));

    internal override long MultiplyAdds(ReadOnlySpan<TensorType> x, TensorType y) =>
        x[0].Count * x[1].Shape[1] * x[1].Shape[2] * x[1].Shape[3];

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) =>
        x[0]?.ThroughTransposed(Window.Rows(types[1].Shape[2]), Window.Columns(types[1].Shape[3]));

    internal Conv2dShape Sizes(Shape w) => Window.Sizes(Input, w, Name);
}

/// <summary>The gradient of a convolution by its weight: dw from x and dy.</summary>
/// <remarks>Shapes: x (N, C, H, W), dy (N, K, H′, W′) → dw (K, C / groups, KH, KW), which the op states.</remarks>
internal sealed record Conv2dBackwardWeight(ConvWindow Window, Shape Weight) : Op
{
    public override string Name => "conv2d-backward-weight";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Conv2dShape s = Sizes(t[0].Shape);
        return t[1].Shape == new Shape(s.N, s.K, s.OutH, s.OutW)
            ? t[1] with { Shape = Weight }
            : throw new ShapeException(
                $"{Name}: dy is {t[1]}, but an input {t[0].Shape} with weight {Weight} gives ({s.N}, {s.K}, {s.OutH}, {s.OutW}).");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
    [
        needed[0] ? Tensor.Apply(new Conv2dBackwardInput(Window, x[0].Shape), x[1], dy) : null,
        needed[1] ? Tensor.Apply(new Conv2d(Window), x[0], dy) : null,
    ];

    public override void Reference(ReferenceCall call) =>
        Conv2dReference.BackwardWeight(Sizes(call.XType(0).Shape), call.X(0), call.X(1), call.Y(0));

    internal Conv2dShape Sizes(Shape x) => Window.Sizes(x, Weight, Name);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Conv2d"/>
    /// <exception cref="ShapeException">Channels, groups, kernel or window do not fit.</exception>
    public Tensor Conv2d(Tensor weight, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Conv2d(weight, ConvWindow.Of(stride, padding, dilation, groups));

    /// <inheritdoc cref="Descent.Conv2d"/>
    /// <exception cref="ShapeException">Channels, groups, kernel or window do not fit.</exception>
    public Tensor Conv2d(Tensor weight, ConvWindow window) => Apply(new Conv2d(window), this, weight);
}
