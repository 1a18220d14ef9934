namespace Descent.Engine.Tests;

/// <summary>What a user reads who gets an op wrong: op, values, relation and fix.</summary>
public sealed class OpErrorTests
{
    private static readonly Dictionary<string, (Func<object> Act, string Message)> s_shapes = new()
    {
        ["broadcast"] = (() => F(2, 3) + F(4), "add: shapes (2, 3) and (4) do not broadcast: axis 1 has sizes 3 and 4, and neither is 1."),
        ["matmul"] = (() => F(2, 3).MatMul(F(4, 2)), "matmul: inner sizes differ: (2, 3) · (4, 2) has 3 columns against 4 rows."),
        ["unbiased variance"] = (
            () => F(3, 1).Variance([1]),
            "variance: an unbiased variance needs two elements or more, but (3, 1) has 1 of them per row; pass unbiased: false."),
        ["argmax of nothing"] = (() => F(3, 0).ArgMax(-1), "argmax: axis 1 of (3, 0) is empty, and an empty argmax has no value."),
        ["argmin axis"] = (() => F(3).ArgMin(1), "argmin: there is no axis 1 in (3); axes run from -1 to 0."),
        ["max of nothing"] = (() => F(0, 2).Max([0]), "max: axis 0 of (0, 2) is empty, and an empty max has no value."),
        ["pad"] = (
            () => F(2, 3).Pad([1], [0, -1]),
            "pad: (2, 3) needs 2 widths of 0 or more on each side, not (1) before and (0, -1) after; Narrow cuts an axis."),
        ["unfold"] = (
            () => F(2, 5).Unfold(1, 3, 1, dilation: 3),
            "unfold: windows of 3 elements, 3 apart, in steps of 1 do not lie in axis 1 of (2, 5); all three must be at least 1 and a window, which spans 7, "
            + "no longer than the axis."),
        ["pad by reflection"] = (
            () => F(2, 3).Pad([0, 3], [0, 0], PaddingMode.Reflect),
            "pad: Reflect has 3 before and 0 behind axis 1 of (2, 3), but an axis of 3 gives at most 2."),
        ["pad around"] = (
            () => F(2, 3).Pad([0, 0], [0, 4], PaddingMode.Circular),
            "pad: Circular has 0 before and 4 behind axis 1 of (2, 3), but an axis of 3 gives at most 3."),
        ["concat"] = (
            () => Tensor.Concat(1, F(2, 3), F(3, 1)),
            "concat: tensor 1 is f32 (3, 1) but tensor 0 is f32 (2, 3): only axis 1 may differ; "
            + "cast with To(DType) where the element types do."),
        ["concat of types"] = (
            () => Tensor.Concat(0, F(1), I(1)),
            "concat: tensor 1 is i64 (1) but tensor 0 is f32 (1): only axis 0 may differ; cast with To(DType) where the element types do."),
        ["concat of nothing"] = (() => Tensor.Concat(0), "concat: there is nothing to put together; pass at least one tensor."),
        ["stack"] = (() => Tensor.Stack(0, F(2), F(3)), "stack: tensor 1 is f32 (3) but tensor 0 is f32 (2): all must have one shape."),
        ["split"] = (() => F(5).Split(0, 2, 2), "split: the sizes add up to 4, but axis 0 of (5) has 5."),
        ["squeeze"] = (() => F(2, 3).Squeeze(0), "squeeze: axis 0 of (2, 3) has size 2, not 1."),
        ["unsqueeze"] = (() => F(2).Unsqueeze(3), "unsqueeze: there is no place 3 in (2); places run from -2 to 1."),
        ["gather by floats"] = (() => F(3).Gather(F(2)), "gather: indices must be u8, i32 or i64, not f32 (2); cast them with To(DType.I64)."),
        ["gather-along"] = (
            () => F(3, 4).GatherAlong(I(2, 1)), "gather-along: f32 (3, 4) and indices (2, 1) must agree in all axes but axis 1."),
        ["scatter-add"] = (() => F(4, 3).ScatterAdd(I(2), F(2, 5)), "scatter-add: slices (2, 5) at indices (2) make (4, 5), not (4, 3)."),
        ["scatter-add of bools"] = (
            () => Tensor.Apply(new ScatterAdd(0, 4), F(3) > 0, I(3)),
            "scatter-add: bool (3) holds no numbers to add; cast it with To(DType.I64)."),
        ["scatter-add-along"] = (
            () => F(4, 3).ScatterAddAlong(I(3, 2), F(3, 2)), "scatter-add-along: numbers (3, 2) make (3, 3), not (4, 3)."),
        ["one-hot of floats"] = (() => F(3).OneHot(4), "one-hot: indices must be u8, i32 or i64, not f32 (3); cast them with To(DType.I64)."),
        ["conv2d channels"] = (
            () => F(8, 3, 32, 32).Conv2d(F(128, 64, 3, 3)),
            "conv2d: input has 3 channels but weight expects 64 (x (8, 3, 32, 32), w (128, 64, 3, 3))."),
        ["conv2d groups"] = (
            () => F(1, 4, 5, 5).Conv2d(F(3, 2, 3, 3), groups: 2),
            "conv2d: 4 input and 3 output channels are not both multiples of 2 groups (x (1, 4, 5, 5), w (3, 2, 3, 3))."),
        ["conv2d rank"] = (
            () => F(3, 5, 5).Conv2d(F(2, 3, 3, 3)),
            "conv2d: input must be (N, C, H, W) and weight (K, C / groups, KH, KW), but they are (3, 5, 5) and (2, 3, 3, 3)."),
        ["conv2d kernel"] = (
            () => F(1, 1, 2, 2).Conv2d(F(1, 1, 3, 3)),
            "conv2d: the kernel spans 3×3 pixels but the padded image has 2×2 (x (1, 1, 2, 2), w (1, 1, 3, 3))."),
        ["conv2d stride"] = (
            () => F(1, 1, 3, 3).Conv2d(F(1, 1, 3, 3), stride: 0),
            "conv2d: stride (0, 0) and dilation (1, 1) must be at least 1 (x (1, 1, 3, 3), w (1, 1, 3, 3))."),
        ["conv2d of integers"] = (
            () => I(1, 1, 3, 3).Conv2d(F(1, 1, 3, 3)),
            "conv2d: input and weight must both be f32 or both f64, but they are i64 (1, 1, 3, 3) and f32 (1, 1, 3, 3); "
            + "cast with To(DType.F32)."),
        ["conv1d rank"] = (
            () => F(3, 5, 5, 5).Conv1d(F(2, 3, 3)),
            "conv1d: input must be (N, C, L) and weight (K, C / groups, KL), but they are f32 (3, 5, 5, 5) and f32 (2, 3, 3)."),
        ["conv1d weight"] = (() => F(3, 5, 5).Conv1d(F(2, 3)), "conv1d: weight must have 3 axes, but it is f32 (2, 3)."),
        ["conv1d stride"] = (
            () => F(3, 5, 5).Conv1d(F(2, 5, 3), stride: 0), "conv1d: stride 0 and dilation 1 must be at least 1, and padding 0 at least 0."),
        ["conv3d channels"] = (
            () => F(1, 3, 4, 4, 4).Conv3d(F(2, 2, 3, 3, 3)),
            "conv3d: input has 3 channels but weight expects 2 in each of 1 groups, which must divide its 2 outputs (x (1, 3, 4, 4, 4), w (2, 2, 3, 3, 3))."),
        ["conv3d kernel"] = (
            () => F(1, 2, 4, 2, 4).Conv3d(F(2, 2, 3, 3, 3)),
            "conv3d: the kernel spans 3 elements of axis 3, but with its padding that has 2 (x (1, 2, 4, 2, 4), w (2, 2, 3, 3, 3))."),
        ["conv-transpose2d channels"] = (
            () => F(1, 3, 4, 4).ConvTranspose2d(F(2, 2, 3, 3)),
            "conv-transpose2d: input has 3 channels but weight expects 2, a multiple of 1 groups (x (1, 3, 4, 4), w (2, 2, 3, 3))."),
        ["conv-transpose1d padding"] = (
            () => F(1, 2, 1).ConvTranspose1d(F(2, 2, 3), padding: 2),
            "conv-transpose1d: axis 2 of (1, 2, 1) would get -1 elements: (1 − 1)·1 + 3 + 0 of output padding − 2 − 2; at least 1 must be left, and output "
            + "padding be at least 0 and below the stride."),
        ["conv-transpose1d output padding"] = (
            () => F(1, 2, 4).ConvTranspose1d(F(2, 2, 3), stride: 2, outputPadding: 2),
            "conv-transpose1d: axis 2 of (1, 2, 4) would get 11 elements: (4 − 1)·2 + 3 + 2 of output padding − 0 − 0; at least 1 must be left, and output "
            + "padding be at least 0 and below the stride."),
        ["maxpool3d rank"] = (() => F(3, 4, 4, 4).MaxPool3d(2), "maxpool3d: input must be (N, C, D, H, W), but it is f32 (3, 4, 4, 4)."),
        ["avgpool1d rank"] = (() => F(3, 4).AvgPool1d(2), "avgpool1d: input must be (N, C, L), but it is f32 (3, 4)."),
        ["max-unpool"] = (
            () => F(1, 2, 3).MaxUnpool(I(1, 2, 2), 6),
            "max-unpool: f32 (1, 2, 3) needs indices of its shape and a size for each axis behind the channels, but they are i64 (1, 2, 2) and (6)."),
        ["adaptive mean"] = (
            () => F(1, 2, 3).AdaptiveAvgPool(2, 2),
            "adaptive-avgpool: sizes of at least 1 for one, two or three axes need an input of two axes more, none of the last empty, but the sizes are "
            + "(2, 2) and the input is f32 (1, 2, 3)."),
        ["interpolate"] = (
            () => F(1, 2, 3, 3).Interpolate([2, 0]),
            "interpolate: sizes of at least 1 for one, two or three axes need an input of two axes more, none of the last empty, but the sizes are "
            + "(2, 0) and the input is f32 (1, 2, 3, 3)."),
        ["maxpool2d rank"] = (() => F(3, 4, 4).MaxPool2d(2), "maxpool2d: input must be (N, C, H, W), but it is (3, 4, 4)."),
        ["maxpool2d window"] = (
            () => F(1, 1, 2, 2).MaxPool2d(3), "maxpool2d: the window has 3×3 pixels but the padded image 2×2 (x (1, 1, 2, 2))."),
        ["avgpool2d of integers"] = (
            () => I(1, 1, 2, 2).AvgPool2d(2), "avgpool2d: input must be f32 or f64, not i64 (1, 1, 2, 2); cast it with To(DType.F32)."),
        ["softmax of integers"] = (() => I(3).Softmax(), "softmax: input must have an axis and be f32 or f64, but it is i64 (3)."),
        ["cross-entropy labels"] = (
            () => F(4, 3).CrossEntropy(I(5)), "cross-entropy: logits (4, 3) need labels (4), one class per row, but they are i64 (5)."),
        ["cross-entropy one-hot"] = (
            () => F(4, 3).CrossEntropy(F(4, 3)),
            "cross-entropy: logits (4, 3) need labels (4), one class per row, but they are f32 (4, 3)."),
        ["cross-entropy logits"] = (
            () => F(4).CrossEntropy(I(4)), "cross-entropy: logits must be (N, K, …), f32 or f64, but they are f32 (4)."),
        ["batch-norm"] = (
            () => F(4, 3).BatchNormTraining(F(3), F(4)),
            "batch-norm: input f32 (4, 3) needs gamma and beta f32 (3), but they are f32 (3) and f32 (4)."),
        ["batch-norm of one value"] = (
            () => F(1, 3).BatchNormTraining(F(3), F(3)),
            "batch-norm: a channel of (1, 3) has one value, whose variance is 0; train with larger batches."),
        ["layer-norm"] = (
            () => F(4, 3).LayerNorm(F(4), F(4)),
            "layer-norm: gamma and beta must both be shaped as the last axes of the input f32 (4, 3), but they are f32 (4) and f32 (4)."),
        ["layer-norm beta"] = (
            () => F(4, 3).LayerNorm(F(3), F(4, 3)),
            "layer-norm: gamma and beta must both be shaped as the last axes of the input f32 (4, 3), but they are f32 (3) and f32 (4, 3)."),
        ["layer-norm gamma of another type"] = (
            () => F(4, 3).LayerNorm(Tensor.Ones(new(3), DType.F64)),
            "layer-norm: input f32 (4, 3) needs gamma and beta f32 (3), but they are f64 (3) and f32 (3)."),
        ["layer-norm of nothing"] = (
            () => F(4, 0).LayerNorm(), "layer-norm: input must have a last axis that is not empty and be f32 or f64, but it is f32 (4, 0)."),
        ["attention keys"] = (
            () => Tensor.Attention(F(2, 5, 4), F(2, 6, 3), F(2, 6, 4)),
            "attention: queries (…, T, d), keys (…, S, d) and values (…, S, e) must share their leading axes and element type, f32 or f64, and S "
            + "and d must not be 0, but they are f32 (2, 5, 4), f32 (2, 6, 3) and f32 (2, 6, 4)."),
        ["attention mask"] = (
            () => Tensor.Attention(F(2, 5, 4), F(2, 6, 4), F(2, 6, 4), I(5, 6)),
            "attention: the mask must be bool or F32 and broadcast to the scores (2, 5, 6), but it is i64 (5, 6)."),
        ["attention mask's shape"] = (
            () => Tensor.Attention(F(2, 5, 4), F(2, 6, 4), F(2, 6, 4), F(5, 4)),
            "attention mask: shapes (5, 4) and (2, 5, 6) do not broadcast: axis 2 has sizes 4 and 6, and neither is 1."),
        ["cholesky"] = (
            () => F(2, 3).Cholesky(),
            "cholesky: the operand must be a square matrix of floating-point numbers or a batch of them, but it is f64 (2, 3)."),
        ["solve-triangular"] = (
            () => F(3, 3).SolveTriangular(F(4, 1)),
            "solve-triangular: a matrix (3, 3) needs right-hand sides (…, 3, k) of the same leading axes, but they are f64 (4, 1)."),
        ["svd of a vector"] = (() => F(3).Svd().S, "svd: x must be a matrix of floating-point numbers or a batch of them, but it is f32 (3)."),
        ["tril of a vector"] = (() => F(3).Tril(), "tril: x must be a matrix or a batch of them, but it is f32 (3)."),
        ["random integers"] = (
            () => new Rng(1).Uniform(new(2), type: DType.I32),
            "random-uniform: random numbers are f32 or f64, not i32; cast them with To(DType)."),
    };

    private static readonly Dictionary<string, (Func<Tensor> Act, string Message)> s_matrices = new()
    {
        ["cholesky"] = (
            () => Tensor.From([1.0, 2, 2, 1], new(2, 2)).Cholesky(),
            "cholesky: the matrix (2, 2) is not positive definite: pivot 1 is not above 0. "
            + "Add a multiple of the identity to it, as ridge regression does."),
        ["cholesky of a batch"] = (
            () => Tensor.From([1.0, -1], new(2, 1, 1)).Cholesky(),
            "cholesky: matrix (1) of (2, 1, 1) is not positive definite: pivot 0 is not above 0. "
            + "Add a multiple of the identity to it, as ridge regression does."),
        ["solve-triangular"] = (
            () => Tensor.From([1.0, 2, 3, 0], new(2, 2)).SolveTriangular(Tensor.Ones(new(2, 1), DType.F64)),
            "solve-triangular: the matrix (2, 2) is singular: element (1, 1) is 0."),
        ["eigh"] = (
            () => Tensor.From([1, double.NaN, double.NaN, 1], new(2, 2)).Eigh().Values, "eigh: the matrix (2, 2) holds values that are not finite."),
    };

    private static readonly Dictionary<string, (Func<Tensor> Act, string Message)> s_indices = new()
    {
        ["gather"] = (() => F(3).Gather(Longs(new(2, 2), 0, 1, 3, 0)), "gather: index 3 at (1, 0) does not lie in [0, 3)."),
        ["gather a negative index"] = (() => F(3).Gather(Longs(new(), -1)), "gather: index -1 at () does not lie in [0, 3)."),
        ["scatter-add"] = (() => F(3).ScatterAdd(Longs(new(2), 0, 5), F(2)), "scatter-add: index 5 at (1) does not lie in [0, 3)."),
        ["gather-along"] = (() => F(2, 3).GatherAlong(Longs(new(2, 1), 2, 3)), "gather-along: index 3 at (1, 0) does not lie in [0, 3)."),
        ["scatter-add-along"] = (
            () => F(2, 3).ScatterAddAlong(Longs(new(2, 2), 0, 2, -2, 1), F(2, 2)), "scatter-add-along: index -2 at (1, 0) does not lie in [0, 3)."),
        ["the first of many"] = (
            () => F(3).Gather(Longs(new(20_000), [.. Enumerable.Range(0, 20_000).Select(i => i < 9_000 ? 0L : i)])),
            "gather: index 9000 at (9000) does not lie in [0, 3)."),
        ["an index beyond 32 bits"] = (
            () => F(3).Gather(Longs(new(1), 1L << 32)), "gather: index 4294967296 at (0) does not lie in [0, 3)."),
        ["cross-entropy of pixels"] = (
            () => F(1, 3, 1, 2).CrossEntropy(Tensor.From<byte>([0, 3], new(1, 1, 2))), "cross-entropy: index 3 at (0, 0, 1) does not lie in [0, 3)."),
        ["max-unpool"] = (() => F(1, 2, 1).MaxUnpool(Longs(new(1, 2, 1), 0, 4), 4), "scatter-add-along: index 4 at (0, 1, 0) does not lie in [0, 4)."),
        ["one-hot"] = (() => Longs(new(3), 0, 4, 1).OneHot(4), "one-hot: index 4 at (1) does not lie in [0, 4)."),
        ["cross-entropy"] = (
            () => F(3, 10).CrossEntropy(Longs(new(3), 9, 10, 0)), "cross-entropy: index 10 at (1) does not lie in [0, 10)."),
        ["an ignored label that nobody ignores"] = (
            () => F(2, 3).CrossEntropy(Longs(new(2), 0, -100)), "cross-entropy: index -100 at (1) does not lie in [0, 3)."),
    };

    public static TheoryData<string> ShapeRows => [.. s_shapes.Keys];

    public static TheoryData<string> IndexRows => [.. s_indices.Keys];

    public static TheoryData<string> MatrixRows => [.. s_matrices.Keys];

    [Theory]
    [MemberData(nameof(ShapeRows))]
    public void Building_a_node_that_cannot_be_says_why(string row) =>
        Assert.Equal(s_shapes[row].Message, Assert.Throws<ShapeException>(s_shapes[row].Act).Message);

    [Theory]
    [MemberData(nameof(IndexRows))]
    public void An_index_outside_its_axis_is_named_when_computed(string row)
    {
        Tensor y = s_indices[row].Act();
        Assert.Equal(s_indices[row].Message, Assert.Throws<IndexException>(() => Interpreter.Evaluate(y)).Message);
        Assert.Equal(s_indices[row].Message, Assert.Throws<IndexException>(() => y.Realize()).Message);
    }

    [Theory]
    [MemberData(nameof(MatrixRows))]
    public void A_matrix_that_has_no_factors_is_named_when_computed(string row)
    {
        Tensor y = s_matrices[row].Act();
        Assert.Equal(s_matrices[row].Message, Assert.Throws<LinearAlgebraException>(() => Interpreter.Evaluate(y)).Message);
        Assert.Equal(s_matrices[row].Message, Assert.Throws<LinearAlgebraException>(() => y.Realize()).Message);
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        Assert.Equal(
            "clamp: the lower limit 2 is not at most the upper limit 1.", Assert.Throws<ArgumentException>(() => F(2).Clamp(2, 1)).Message);
        Assert.Throws<ArgumentException>(() => F(2).Clamp(double.NaN, 1));
        Assert.Equal(
            "interpolate: corners are aligned in linear mode alone; nearest reads whole elements. (Parameter 'alignCorners')",
            Assert.Throws<ArgumentException>(() => F(1, 1, 3).Interpolate([6], InterpolationMode.Nearest, alignCorners: true)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => F(2, 3).CrossEntropy(I(2), labelSmoothing: 1.5));
        Assert.Throws<ArgumentException>(() => new Rng(1).Uniform(new(2), 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Normal(new(2), 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Bernoulli(new(2), 1.01));
    }

    private static Tensor F(params ReadOnlySpan<int> shape) => Tensor.Zeros(new Shape(shape));

    private static Tensor I(params ReadOnlySpan<int> shape) => Tensor.Zeros(new Shape(shape), DType.I64);

    private static Tensor Longs(Shape shape, params long[] values) => Tensor.From(values, shape);
}
