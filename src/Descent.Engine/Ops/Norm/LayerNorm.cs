using Descent.Kernels;

namespace Descent;

/// <summary>Layer normalisation over the last axis: <c>y = γ·(x − mean) / √(variance + ε) + β</c>, each row by its own statistics.</summary>
/// <remarks>
/// Shapes: x (…, D), γ and β (D) or neither → y as x, mean and reciprocal deviation 1 / √(variance + ε) of each row (…), kept for the
/// backward pass; the variance is biased. Gradient: one op, <see cref="LayerNormBackward"/>. Ba, Kiros and Hinton, "Layer Normalization",
/// 2016.
/// </remarks>
internal sealed record LayerNorm(double Epsilon) : Op
{
    public override string Name => "layer-norm";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        if (t[0].Shape.Rank == 0 || !t[0].DType.IsFloat() || t[0].Shape[^1] == 0)
        {
            throw new ShapeException($"{Name}: input must have a last axis that is not empty and be f32 or f64, but it is {t[0]}.");
        }

        TensorType row = t[0] with { Shape = new Shape(t[0].Shape[^1]) };
        if (t.Length > 1 && (t[1] != row || t[2] != row))
        {
            throw new ShapeException($"{Name}: input {t[0]} needs gamma and beta {row}, but they are {t[1]} and {t[2]}.");
        }

        TensorType statistic = Statistic(t[0]);
        return new[] { t[0], statistic, statistic };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        var op = new LayerNormBackward(Epsilon);
        if (x.Count == 1)
        {
            return [Tensor.Apply(op, dy, x[0], y[1], y[2])];
        }

        Tensor dx = Tensor.Apply(op, dy, x[0], y[1], y[2], x[1]);
        return [dx, dx.Output(1), dx.Output(2)];
    }

    public override void Reference(ReferenceCall call) => LayerNormReference.Forward(
        call.XType(0).Shape[^1], Epsilon, call.X(0), call.InputCount > 1 ? call.X(1) : [], call.InputCount > 1 ? call.X(2) : [], call.Y(0),
        call.Y(1), call.Y(2));

    /// <summary>One number per row.</summary>
    internal static TensorType Statistic(TensorType x) => x with { Shape = new Shape(x.Shape.Sizes[..^1]) };
}

/// <summary>The gradients of <see cref="LayerNorm"/>, in one op because they share their sums.</summary>
/// <remarks>
/// Inputs: dy, x, mean, reciprocal deviation r, and γ where there is one. Outputs, with g = γ·dy and x̂ = (x − mean)·r:
/// <c>dx = r·(g − (Σ g + x̂·Σ g·x̂) / D)</c>, sums over a row, and with γ <c>dγ = Σ dy·x̂</c> and <c>dβ = Σ dy</c>, sums over the rows. Mean and r
/// are those of x, kept from the forward pass: they get no gradient of their own, x gets all of it. Gradients: by expansion into tensor
/// ops.
/// </remarks>
internal sealed record LayerNormBackward(double Epsilon) : Op
{
    public override string Name => "layer-norm-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        TensorType statistic = LayerNorm.Statistic(t[1]), row = t[1] with { Shape = new Shape(t[1].Shape[^1]) };
        if (t[0] != t[1] || t[2] != statistic || t[3] != statistic || (t.Length > 4 && t[4] != row))
        {
            throw new ShapeException(
                $"{Name}: dy {t[0]} must be as x {t[1]}, mean {t[2]} and reciprocal deviation {t[3]} as {statistic}, and gamma as {row}.");
        }

        return t.Length > 4 ? new[] { t[1], row, row } : t[1];
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor[] inputs = [.. Enumerable.Range(0, x.Count).Select(i => x[i])];
        Tensor?[] upstream = x.Count > 4 ? [dy[0], dy[1], dy[2]] : [dy[0]];
        return Expansion.Gradient(inputs, upstream, needed, t => Expand(t[0], t[1], t.ElementAtOrDefault(4)));
    }

    internal override bool IsDifferentiable(int input) => input is 0 or 1 or 4;

    public override void Reference(ReferenceCall call)
    {
        bool isAffine = call.InputCount > 4;
        LayerNormReference.Backward(
            call.XType(1).Shape[^1], call.X(1), call.X(0), isAffine ? call.X(4) : [], call.X(2), call.X(3), call.Y(0),
            isAffine ? call.Y(1) : [], isAffine ? call.Y(2) : []);
    }

    private Tensor[] Expand(Tensor dy, Tensor x, Tensor? gamma)
    {
        Tensor deviation = x - x.Mean([-1], keepDims: true);
        Tensor reciprocal = 1 / (deviation.Square().Mean([-1], keepDims: true) + Epsilon).Sqrt();
        Tensor normalized = deviation * reciprocal;
        Tensor g = gamma is null ? dy : dy * gamma;
        Tensor dx = reciprocal * (g - g.Mean([-1], keepDims: true) - (normalized * (g * normalized).Mean([-1], keepDims: true)));
        int[] rows = [.. Enumerable.Range(0, x.Rank - 1)];
        return gamma is null ? [dx] : rows.Length == 0 ? [dx, dy * normalized, dy] : [dx, (dy * normalized).Sum(rows), dy.Sum(rows)];
    }
}

public sealed partial class Tensor
{
    /// <summary>Layer normalisation: <c>y = γ·(x − mean) / √(variance + ε) + β</c>, each row by its own statistics.</summary>
    /// <remarks>
    /// Shapes: x (…, D…), γ and β (D…) → y as x. A row is what γ or β spans, one trailing axis or more; without both it is the last axis.
    /// The variance is biased. Ba, Kiros and Hinton, "Layer Normalization", 2016.
    /// </remarks>
    /// <param name="gamma">Factors; null for ones.</param>
    /// <param name="beta">Addends; null for zeros.</param>
    /// <param name="epsilon">Added to the variance, at least 0.</param>
    /// <exception cref="ShapeException">γ or β is not shaped as trailing axes, a row is empty, or this is not f32 or f64.</exception>
    public Tensor LayerNorm(Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-5)
    {
        var op = new LayerNorm(epsilon);
        if ((gamma ?? beta) is not { } like)
        {
            return Apply(op, this);
        }

        if (like.Rank == 0 || like.Rank > Rank || !Shape.Sizes[^like.Rank..].SequenceEqual(like.Shape.Sizes) || (beta ?? like).Type != like.Type)
        {
            string both = $"{gamma?.Type.ToString() ?? "none"} and {beta?.Type.ToString() ?? "none"}";
            throw new ShapeException($"{op.Name}: gamma and beta must both be shaped as the last axes of the input {Type}, but they are {both}.");
        }

        var row = new Shape(checked((int)like.Shape.Count));
        Tensor factors = (gamma ?? Ones(row, DType, Device)).Reshape(row), addends = (beta ?? Zeros(row, DType, Device)).Reshape(row);
        Tensor x = like.Rank == 1 ? this : Reshape([.. Shape.Sizes[..^like.Rank], row[0]]);
        return Apply(op, x, factors, addends).Reshape(Shape);
    }
}
