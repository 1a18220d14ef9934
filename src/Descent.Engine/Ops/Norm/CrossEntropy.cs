namespace Descent;

/// <summary>
/// Softmax followed by the negative log-likelihood of the labelled class, one loss per row: <c>y = log Σ eˣ − Σ target·x</c>.
/// </summary>
/// <remarks>
/// Shapes: logits (N, K, …), labels (N, …), u8, i32 or i64 → losses (N, …), normalizers (N, …, 2). The target is <c>1 − s + s/K</c> for
/// the label and <c>s/K</c> for each other class, where s is the label smoothing. A row whose label is <c>IgnoreIndex</c> has loss and
/// gradient 0; any other label outside [0, K) is an error. Gradient: <c>dx = (softmax(x) − target)·dy</c>, one op. Normalizers: the
/// maximum m of each row and <c>log Σ eˣ⁻ᵐ</c>, 0 for an ignored row. They make a softmax of one exponential per logit, so the gradient
/// need not add up the row again; two numbers, because their sum has fewer digits where logits are large. Smoothing: Szegedy et al.,
/// "Rethinking the Inception Architecture", CVPR 2016.
/// </remarks>
internal sealed record CrossEntropy(double LabelSmoothing, long? IgnoreIndex) : Op
{
    public override string Name => "cross-entropy";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        MustFit(t[0], t[1], Name);
        return new[] { t[0] with { Shape = t[1].Shape }, NormalizersOf(t[0], t[1]) };
    }

    /// <summary>The normalizers have no gradient: nothing reads them but <see cref="CrossEntropyBackward"/>.</summary>
    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new CrossEntropyBackward(LabelSmoothing, IgnoreIndex), x[0], x[1], y[1], dy), null];

    internal override int IndexInput => 1;

    internal override bool IsDifferentiable(int input) => input == 0;

    public override void Reference(ReferenceCall call)
    {
        var (outer, classes, inner) = AxisSplit.Of(call.XType(0).Shape, 1);
        double[] row = new double[classes];
        for (int i = 0; i < outer * inner; i++)
        {
            if (call.X(1)[i] == IgnoreIndex)
            {
                continue;
            }

            int label = Indices.In(call.X(1)[i], classes, call.XType(1).Shape, i, Name);
            double sum = ReadRow(call.X(0), row, i / inner, inner, i % inner);
            (double max, double logSum) = Normalizers(row);
            (call.Y(1)[2 * i], call.Y(1)[(2 * i) + 1]) = (max, logSum);
            double loss = max + logSum - ((1 - LabelSmoothing) * row[label]);
            call.Y(0)[i] = LabelSmoothing == 0 ? loss : loss - (LabelSmoothing / classes * sum);
        }
    }

    /// <summary>The maximum, or 0 where it is not finite, and log Σ eˣ⁻ᵐ.</summary>
    private static (double Max, double LogSum) Normalizers(double[] row)
    {
        double max = row.Max(), sum = 0;
        max = double.IsFinite(max) ? max : 0;
        foreach (double x in row)
        {
            sum += Math.Exp(x - max);
        }

        return (max, Math.Log(sum));
    }

    internal static TensorType NormalizersOf(TensorType logits, TensorType labels) =>
        logits with { Shape = new Shape([.. labels.Shape.Sizes, 2]) };

    /// <summary>Copies the logits of one row and returns their sum.</summary>
    internal static double ReadRow(ReadOnlySpan<double> logits, Span<double> row, int outer, int inner, int place)
    {
        double sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            row[k] = logits[(((outer * row.Length) + k) * inner) + place];
            sum += row[k];
        }

        return sum;
    }

    internal static void MustFit(TensorType logits, TensorType labels, string op)
    {
        if (logits.Shape.Rank < 2 || !logits.DType.IsFloat())
        {
            throw new ShapeException($"{op}: logits must be (N, K, …), f32 or f64, but they are {logits}.");
        }

        ReadOnlySpan<int> sizes = logits.Shape.Sizes;
        var rows = new Shape([sizes[0], .. sizes[2..]]);
        if (labels.Shape != rows)
        {
            throw new ShapeException($"{op}: logits {logits.Shape} need labels {rows}, one class per row, but they are {labels}.");
        }

        Indices.MustBeInteger(labels, op);
    }
}

/// <summary>dx of <see cref="CrossEntropy"/>: <c>(softmax(x) − target)·dy</c>.</summary>
/// <remarks>
/// Shapes: logits (N, K, …), labels (N, …), normalizers (N, …, 2), dy (N, …) → (N, K, …). Gradients: by expansion into tensor ops of logits
/// and dy; that the normalizers depend on the logits is part of the logits' gradient.
/// </remarks>
internal sealed record CrossEntropyBackward(double LabelSmoothing, long? IgnoreIndex) : Op
{
    public override string Name => "cross-entropy-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        CrossEntropy.MustFit(t[0], t[1], Name);
        return t[3] == t[0] with { Shape = t[1].Shape } && t[2] == CrossEntropy.NormalizersOf(t[0], t[1])
            ? t[0]
            : throw new ShapeException($"{Name}: normalizers {t[2]} and dy {t[3]} do not fit logits {t[0]} and labels {t[1]}.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor labels = x[1];
        return Expansion.Gradient([x[0], x[1], x[2], x[3]], dy, needed, t => Expand(t[0], labels, t[3]));
    }

    internal override int IndexInput => 1;

    internal override bool IsDifferentiable(int input) => input is 0 or 3;

    public override void Reference(ReferenceCall call)
    {
        var (outer, classes, inner) = AxisSplit.Of(call.XType(0).Shape, 1);
        double[] row = new double[classes];
        for (int i = 0; i < outer * inner; i++)
        {
            if (call.X(1)[i] == IgnoreIndex)
            {
                continue;
            }

            int label = Indices.In(call.X(1)[i], classes, call.XType(1).Shape, i, Name);
            CrossEntropy.ReadRow(call.X(0), row, i / inner, inner, i % inner);
            (double max, double logSum) = (call.X(2)[2 * i], call.X(2)[(2 * i) + 1]);
            for (int k = 0; k < classes; k++)
            {
                double target = (LabelSmoothing / classes) + (k == label ? 1 - LabelSmoothing : 0);
                call.Y(0)[((((i / inner) * classes) + k) * inner) + (i % inner)] = (Math.Exp(row[k] - max - logSum) - target) * call.X(3)[i];
            }
        }
    }

    private Tensor Expand(Tensor logits, Tensor labels, Tensor dy)
    {
        int classes = logits.Shape[1];
        if (IgnoreIndex is { } ignored)
        {
            Tensor isIgnored = labels.EqualTo(ignored);
            labels = Tensor.Select(isIgnored, Tensor.Scalar(0, labels.DType, labels.Device), labels);
            dy = Tensor.Select(isIgnored, Tensor.Scalar(0, dy.DType, dy.Device), dy);
        }

        // (N, …, K) → (N, K, …)
        int[] order = [0, logits.Rank - 1, .. Enumerable.Range(1, logits.Rank - 2)];
        Tensor target = labels.OneHot(classes, logits.DType).Permute(order);
        if (LabelSmoothing != 0)
        {
            target = (target * (1 - LabelSmoothing)) + (LabelSmoothing / classes);
        }

        return (logits.Softmax(1) - target) * dy.Unsqueeze(1);
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.CrossEntropy"/>
    /// <param name="labels">The class of each row, u8, i32 or i64.</param>
    /// <param name="labelSmoothing">The share of the target that is spread over all classes, in [0, 1].</param>
    /// <param name="ignoreIndex">The label of rows that do not count.</param>
    /// <exception cref="ShapeException">The labels are not one integer per row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing does not lie in [0, 1].</exception>
    /// <exception cref="IndexException">When computed: a label is not a class.</exception>
    public Tensor CrossEntropy(Tensor labels, double labelSmoothing = 0, long? ignoreIndex = null)
    {
        if (!(labelSmoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, "cross-entropy: label smoothing must lie in [0, 1].");
        }

        return Apply(new CrossEntropy(labelSmoothing, ignoreIndex), this, labels);
    }
}
