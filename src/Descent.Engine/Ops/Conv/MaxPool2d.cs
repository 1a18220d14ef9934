using Descent.Kernels;

namespace Descent;

/// <summary>The largest element of each window, and where it stood.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, H′, W′) and indices, i32, of the same shape: h·W + w in the input plane;
/// H′ = ⌊(H + padding − kernel) / stride⌋ + 1. The first of equal elements wins; NaN beats every number. Padding is never chosen.
/// Gradient: dy at the chosen places, summed where windows overlap.
/// </remarks>
internal sealed record MaxPool2d(PoolWindow Window) : Op
{
    public override string Name => "maxpool2d";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x)
    {
        Pool2dShape s = Window.Sizes(x[0].Shape, Name);
        var y = new Shape(s.N, s.C, s.OutH, s.OutW);
        return new TensorType[] { x[0] with { Shape = y }, new(y, DType.I32) };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new MaxPool2dBackward(Window, x[0].Shape), dy, y[1])];

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Window.ReachOver(x[0]);

    public override void Reference(ReferenceCall call)
    {
        int[] indices = new int[call.Y(1).Length];
        MaxPool2dReference.Forward(Window.Sizes(call.XType(0).Shape, Name), call.X(0), call.Y(0), indices);
        for (int i = 0; i < indices.Length; i++)
        {
            call.Y(1)[i] = indices[i];
        }
    }
}

/// <summary>dx of a max pooling: each dy added at the place that its index names.</summary>
/// <remarks>
/// Shapes: dy and indices (N, C, H′, W′) → dx (N, C, H, W), which the op states. Gradient: read back through the indices.
/// </remarks>
internal sealed record MaxPool2dBackward(PoolWindow Window, Shape Input) : Op
{
    public override string Name => "maxpool2d-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Window.MustGive(Input, t[0].Shape, Name);
        return t[1] == new TensorType(t[0].Shape, DType.I32)
            ? t[0] with { Shape = Input }
            : throw new ShapeException($"{Name}: indices are {t[1]}, but dy {t[0]} needs {new TensorType(t[0].Shape, DType.I32)}.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Shape small = x[0].Shape;
        Tensor planes = ((Tensor)dy).Reshape(new Shape(Input[0], Input[1], Input[2] * Input[3]));
        Tensor places = x[1].Reshape(new Shape(small[0], small[1], small[2] * small[3]));
        return [planes.GatherAlong(places, 2).Reshape(small), null];
    }

    internal override bool IsDifferentiable(int input) => input == 0;

    public override void Reference(ReferenceCall call)
    {
        int[] indices = new int[call.X(1).Length];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = Indices.In(call.X(1)[i], Input[2] * Input[3], call.XType(1).Shape, i, Name);
        }

        MaxPool2dReference.Backward(Window.Sizes(Input, Name), call.X(0), indices, call.Y(0));
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.MaxPool2d"/>
    /// <exception cref="ShapeException">The window does not fit the image.</exception>
    public Tensor MaxPool2d(int kernel, int? stride = null, int padding = 0) => MaxPool2d(PoolWindow.Of(kernel, stride, padding)).Values;

    /// <inheritdoc cref="Descent.MaxPool2d"/>
    /// <exception cref="ShapeException">The window does not fit the image.</exception>
    public (Tensor Values, Tensor Indices) MaxPool2d(PoolWindow window)
    {
        Tensor values = Apply(new MaxPool2d(window), this);
        return (values, values.Output(1));
    }
}
