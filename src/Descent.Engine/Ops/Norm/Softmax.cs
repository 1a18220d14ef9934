using Descent.Kernels;

namespace Descent;

/// <summary>Softmax over the last axis: <c>y = eˣ / Σ eˣ</c>.</summary>
/// <remarks>
/// Shapes: (…, K) → (…, K). Gradient: <c>dx = y·(dy − Σ dy·y)</c>. Numerics: the largest element of a row is taken out first, so that no
/// exponential overflows; a row that holds +∞ or NaN, or only −∞, gives NaN.
/// </remarks>
internal sealed record Softmax : Op
{
    public static readonly Softmax Op = new();

    public override string Name => "softmax";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => LastAxis(x[0], Name);

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(SoftmaxBackward.Op, dy, y[0])];

    public override void Reference(ReferenceCall call)
    {
        int size = call.XType(0).Shape[^1];
        for (int row = 0; row < call.X(0).Length; row += size)
        {
            Row(call.X(0).Slice(row, size), call.Y(0).Slice(row, size));
        }
    }

    /// <summary>The softmax of one row.</summary>
    internal static void Row(ReadOnlySpan<double> x, Span<double> y)
    {
        double logSum = LogSumExp(x);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Math.Exp(x[i] - logSum);
        }
    }

    /// <summary>log Σ eˣ of one row.</summary>
    internal static double LogSumExp(ReadOnlySpan<double> x)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double value in x)
        {
            max = Math.Max(max, value);
        }

        foreach (double value in x)
        {
            sum += Math.Exp(value - max);
        }

        return max + Math.Log(sum);
    }

    internal static TensorType LastAxis(TensorType x, string op) => x.Shape.Rank > 0 && x.DType.IsFloat()
        ? x
        : throw new ShapeException($"{op}: input must have an axis and be f32 or f64, but it is {x}.");
}

/// <summary>Logarithm of the softmax over the last axis: <c>y = x − log Σ eˣ</c>.</summary>
/// <remarks>Shapes: (…, K) → (…, K). Gradient: <c>dx = dy − eʸ·Σ dy</c>. Numerics: exact where the softmax itself would be 0.</remarks>
internal sealed record LogSoftmax : Op
{
    public static readonly LogSoftmax Op = new();

    public override string Name => "log-softmax";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => Softmax.LastAxis(x[0], Name);

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(LogSoftmaxBackward.Op, dy, y[0])];

    public override void Reference(ReferenceCall call)
    {
        int size = call.XType(0).Shape[^1];
        for (int row = 0; row < call.X(0).Length; row += size)
        {
            double logSum = Softmax.LogSumExp(call.X(0).Slice(row, size));
            for (int i = row; i < row + size; i++)
            {
                call.Y(0)[i] = call.X(0)[i] - logSum;
            }
        }
    }
}

/// <summary>dx of <see cref="Softmax"/> from its result: <c>dx = y·(dy − Σ dy·y)</c>.</summary>
/// <remarks>Shapes: dy and y (…, K) → (…, K). Gradients: by expansion into tensor ops.</remarks>
internal sealed record SoftmaxBackward : Op
{
    public static readonly SoftmaxBackward Op = new();

    public override string Name => "softmax-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t) => OfResult(t, Name);

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        Expansion.Gradient([x[0], x[1]], dy, needed, t => t[1] * (t[0] - (t[0] * t[1]).Sum([-1], keepDims: true)));

    public override void Reference(ReferenceCall call) =>
        SoftmaxReference.SoftmaxBackward(call.X(1), call.X(0), call.XType(0).Shape[^1], call.Y(0));

    internal static TensorType OfResult(ReadOnlySpan<TensorType> t, string op) => t[0] == t[1]
        ? Softmax.LastAxis(t[0], op)
        : throw new ShapeException($"{op}: dy {t[0]} must be as the result {t[1]}.");
}

/// <summary>dx of <see cref="LogSoftmax"/> from its result: <c>dx = dy − eʸ·Σ dy</c>.</summary>
/// <remarks>Shapes: dy and y (…, K) → (…, K). Gradients: by expansion into tensor ops.</remarks>
internal sealed record LogSoftmaxBackward : Op
{
    public static readonly LogSoftmaxBackward Op = new();

    public override string Name => "log-softmax-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t) => SoftmaxBackward.OfResult(t, Name);

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        Expansion.Gradient([x[0], x[1]], dy, needed, t => t[0] - (t[1].Exp() * t[0].Sum([-1], keepDims: true)));

    public override void Reference(ReferenceCall call) =>
        SoftmaxReference.LogSoftmaxBackward(call.X(1), call.X(0), call.XType(0).Shape[^1], call.Y(0));
}

public sealed partial class Tensor
{
    /// <summary>Softmax over an axis: <c>y = eˣ / Σ eˣ</c>.</summary>
    /// <inheritdoc cref="Descent.Softmax"/>
    /// <exception cref="ShapeException">The axis does not exist, or this is not f32 or f64.</exception>
    public Tensor Softmax(int axis = -1) => OverLast(Descent.Softmax.Op, axis);

    /// <summary>Logarithm of the softmax over an axis: <c>y = x − log Σ eˣ</c>.</summary>
    /// <inheritdoc cref="Descent.LogSoftmax"/>
    /// <exception cref="ShapeException">The axis does not exist, or this is not f32 or f64.</exception>
    public Tensor LogSoftmax(int axis = -1) => OverLast(Descent.LogSoftmax.Op, axis);

    /// <summary>An op over the last axis applied to any axis.</summary>
    private Tensor OverLast(Op op, int axis)
    {
        axis = Shape.Axis(axis, op.Name);
        return axis == Rank - 1 ? Apply(op, this) : Apply(op, Transpose(axis, -1)).Transpose(axis, -1);
    }
}
