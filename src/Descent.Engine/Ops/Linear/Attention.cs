using Descent.Kernels;

namespace Descent;

/// <summary>Scaled dot-product attention: <c>O = softmax(scale·Q·Kᵀ + mask)·V</c>, the softmax over the keys.</summary>
/// <remarks>
/// Shapes: Q (…, T, d), K (…, S, d), V (…, S, e) with equal leading axes, mask one that broadcasts to (…, T, S) or none → O (…, T, e), and
/// log Σ exp of each row of scores (…, T), kept for the backward pass. The scores (T, S) themselves are never kept: both passes compute them
/// a block of rows at a time. Gradient: one op, <see cref="AttentionBackward"/>; that of the mask, which is rarely wanted, by expansion.
/// Sources: Vaswani et al., "Attention Is All You Need", 2017; without the scores in memory: Rabe and Staats, "Self-attention Does Not Need
/// O(n²) Memory", 2021; Dao et al., "FlashAttention", 2022.
/// </remarks>
internal sealed record Attention(double Scale, bool Causal) : Op
{
    private const int Mask = 3;

    public override string Name => "attention";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        MustFit(t[0], t[1], t[2], t.Length > Mask ? t[Mask] : null, Name);
        ReadOnlySpan<int> rows = t[0].Shape.Sizes[..^1];
        return new[] { t[0] with { Shape = new Shape([.. rows, t[2].Shape[^1]]) }, t[0] with { Shape = new Shape(rows) } };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        bool masked = x.Count > Mask;
        var op = new AttentionBackward(Scale, Causal);
        Tensor dq = masked ? Tensor.Apply(op, dy, x[0], x[1], x[2], y[0], y[1], x[Mask]) : Tensor.Apply(op, dy, x[0], x[1], x[2], y[0], y[1]);
        if (!masked)
        {
            return [dq, dq.Output(1), dq.Output(2)];
        }

        Tensor? dmask = null;
        if (needed[Mask])
        {
            dmask = Expansion.Gradient(
                [x[0], x[1], x[2], x[Mask]], dy, new Needed(1UL << Mask, null),
                t => Probabilities(t[0], t[1], t[Mask], Scale, Causal).MatMul(t[2]))[Mask];
        }

        return [dq, dq.Output(1), dq.Output(2), dmask];
    }

    internal override long MultiplyAdds(ReadOnlySpan<TensorType> x, TensorType y) =>
        (y.Count / y.Shape[^1]) * x[1].Shape[^2] * (x[1].Shape[^1] + y.Shape[^1]);

    public override void Reference(ReferenceCall call)
    {
        AttentionShape s = Sizes(call.XType(0).Shape, call.XType(2).Shape, Scale, Causal);
        double[] mask = StretchedMask(call, Mask, call.XType(0).Shape, s.Keys);
        for (int head = 0; head < call.Y(1).Length / Math.Max(1, s.Queries); head++)
        {
            AttentionReference.Forward(
                s, Matrix(call.X(0), head, s.Queries * s.Width), Matrix(call.X(1), head, s.Keys * s.Width),
                Matrix(call.X(2), head, s.Keys * s.ValueWidth), mask.Length == 0 ? [] : Matrix(mask, head, s.Queries * s.Keys),
                call.Y(0).Slice(head * s.Queries * s.ValueWidth, s.Queries * s.ValueWidth), call.Y(1).Slice(head * s.Queries, s.Queries));
        }
    }

    /// <summary>One head's sizes.</summary>
    internal static AttentionShape Sizes(Shape q, Shape v, double scale, bool causal) =>
        new(q[^2], v[^2], q[^1], v[^1]) { Scale = scale, Causal = causal };

    /// <summary>The rows of P in tensor ops.</summary>
    internal static Tensor Probabilities(Tensor q, Tensor k, Tensor? mask, double scale, bool causal)
    {
        Tensor scores = q.MatMul(k.T) * scale;
        scores = mask is null ? scores : scores + mask;
        if (causal)
        {
            Tensor query = Tensor.From([.. Enumerable.Range(0, q.Shape[^2])], new(q.Shape[^2], 1), q.Device);
            Tensor key = Tensor.From([.. Enumerable.Range(0, k.Shape[^2])], new(k.Shape[^2]), q.Device);
            scores = Tensor.Select(key > query, Tensor.Scalar(double.NegativeInfinity, q.DType, q.Device), scores);
        }

        return scores.Softmax();
    }

    /// <summary>The mask with every repetition written out; empty where there is none.</summary>
    internal static double[] StretchedMask(ReferenceCall call, int input, Shape q, int keys)
    {
        if (call.InputCount <= input)
        {
            return [];
        }

        var full = new Shape([.. q.Sizes[..^1], keys]);
        double[] mask = new double[full.Count];
        Broadcasting.Stretch(call.X(input), call.XType(input).Shape, mask, full);
        return mask;
    }

    internal static ReadOnlySpan<double> Matrix(ReadOnlySpan<double> all, int head, int size) => all.Slice(head * size, size);

    internal static void MustFit(TensorType q, TensorType k, TensorType v, TensorType? mask, string op)
    {
        if (q.Shape.Rank < 2 || q.Shape.Rank != k.Shape.Rank || q.Shape.Rank != v.Shape.Rank || !q.DType.IsFloat() || k.DType != q.DType
            || v.DType != q.DType || !q.Shape.Sizes[..^2].SequenceEqual(k.Shape.Sizes[..^2]) || k.Shape[^1] != q.Shape[^1]
            || !v.Shape.Sizes[..^1].SequenceEqual(k.Shape.Sizes[..^1]) || k.Shape[^2] == 0 || q.Shape[^1] == 0)
        {
            throw new ShapeException(
                $"{op}: queries (…, T, d), keys (…, S, d) and values (…, S, e) must share their leading axes and element type, f32 or f64, and S "
                + $"and d must not be 0, but they are {q}, {k} and {v}.");
        }

        var scores = new Shape([.. q.Shape.Sizes[..^1], k.Shape[^2]]);
        if (mask is { } m && (m.DType != q.DType || m.Shape.Rank > scores.Rank || Shape.Broadcast(m.Shape, scores, $"{op} mask") != scores))
        {
            throw new ShapeException($"{op}: the mask must be bool or {q.DType} and broadcast to the scores {scores}, but it is {m}.");
        }
    }
}

/// <summary>The gradients of <see cref="Attention"/>, in one op because all three need the scores, which are computed again.</summary>
/// <remarks>
/// Inputs: dO, Q, K, V, O, the log-sums L, and the mask where there is one. Outputs: with P = exp(S − L) and
/// dS = P∘(dO·Vᵀ − Σ dO∘O), <c>dQ = scale·dS·K</c>, <c>dK = scale·dSᵀ·Q</c> and <c>dV = Pᵀ·dO</c>. O and L are those of Q, K and V, kept from the
/// forward pass: they get no gradient of their own. Gradients: by expansion into tensor ops.
/// </remarks>
internal sealed record AttentionBackward(double Scale, bool Causal) : Op
{
    private const int Mask = 6;

    public override string Name => "attention-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Attention.MustFit(t[1], t[2], t[3], t.Length > Mask ? t[Mask] : null, Name);
        ReadOnlySpan<int> rows = t[1].Shape.Sizes[..^1];
        TensorType o = t[1] with { Shape = new Shape([.. rows, t[3].Shape[^1]]) }, logSum = t[1] with { Shape = new Shape(rows) };
        return t[0] == o && t[4] == o && t[5] == logSum
            ? new[] { t[1], t[2], t[3] }
            : throw new ShapeException($"{Name}: dO {t[0]} and O {t[4]} must be {o}, and the log-sums {t[5]} must be {logSum}.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor[] inputs = [.. Enumerable.Range(0, x.Count).Select(i => x[i])];
        return Expansion.Gradient(inputs, [dy[0], dy[1], dy[2]], needed, t => Expand(t[0], t[1], t[2], t[3], t.ElementAtOrDefault(Mask)));
    }

    internal override bool IsDifferentiable(int input) => input is not (4 or 5);

    public override void Reference(ReferenceCall call)
    {
        AttentionShape s = Attention.Sizes(call.XType(1).Shape, call.XType(3).Shape, Scale, Causal);
        double[] mask = Attention.StretchedMask(call, Mask, call.XType(1).Shape, s.Keys);
        int q = s.Queries * s.Width, k = s.Keys * s.Width, v = s.Keys * s.ValueWidth, o = s.Queries * s.ValueWidth;
        for (int head = 0; head < call.X(2).Length / k; head++)
        {
            AttentionReference.Backward(
                s, Attention.Matrix(call.X(1), head, q), Attention.Matrix(call.X(2), head, k), Attention.Matrix(call.X(3), head, v),
                mask.Length == 0 ? [] : Attention.Matrix(mask, head, s.Queries * s.Keys), Attention.Matrix(call.X(4), head, o),
                Attention.Matrix(call.X(5), head, s.Queries), Attention.Matrix(call.X(0), head, o), call.Y(0).Slice(head * q, q),
                call.Y(1).Slice(head * k, k), call.Y(2).Slice(head * v, v));
        }
    }

    private Tensor[] Expand(Tensor dO, Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        Tensor p = Attention.Probabilities(q, k, mask, Scale, Causal);
        Tensor dP = dO.MatMul(v.T), weighted = p * dP;
        Tensor dS = (weighted - (p * weighted.Sum([-1], keepDims: true))) * Scale;
        return [dS.MatMul(k), dS.T.MatMul(q), p.T.MatMul(dO)];
    }
}

public sealed partial class Tensor
{
    /// <summary>Scaled dot-product attention: <c>O = softmax(scale·Q·Kᵀ + mask)·V</c>, the softmax over the keys.</summary>
    /// <remarks>
    /// Shapes: queries (…, T, d), keys (…, S, d), values (…, S, e) with equal leading axes, as a rule (N, heads) → (…, T, e). Views of one
    /// projection are read where they lie. The scores are never kept in memory. A query that sees no key is NaN. Vaswani et al., "Attention
    /// Is All You Need", 2017.
    /// </remarks>
    /// <param name="queries">Q.</param>
    /// <param name="keys">K.</param>
    /// <param name="values">V.</param>
    /// <param name="mask">Broadcasts to (…, T, S): bool, true where a query sees a key, or numbers that are added to the scores.</param>
    /// <param name="causal">Query i sees only the keys up to i.</param>
    /// <param name="scale">1 / √d when null.</param>
    /// <exception cref="ShapeException">The shapes do not fit together, or the element types differ.</exception>
    public static Tensor Attention(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null, bool causal = false, double? scale = null)
    {
        var op = new Attention(scale ?? 1 / Math.Sqrt(queries.Rank > 0 ? queries.Shape[^1] : 1), causal);
        if (mask is null)
        {
            return Apply(op, queries, keys, values);
        }

        if (mask.DType == DType.Bool)
        {
            mask = Select(mask, Scalar(0, queries.DType, queries.Device), Scalar(double.NegativeInfinity, queries.DType, queries.Device));
        }

        return Apply(op, queries, keys, values, mask);
    }
}
