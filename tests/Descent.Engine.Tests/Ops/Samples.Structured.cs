using static Descent.Engine.Tests.Sample;

namespace Descent.Engine.Tests;

internal static partial class Samples
{
    private static IEnumerable<Sample> Structured() =>
        [
        .. Elementwise(), .. Reductions(), .. Shapes(), .. Products(), .. Indices(), .. Convolutions(), .. Spatial(), .. Normalizations(), .. Attentions(),
        .. Draws(),
    ];

    private static IEnumerable<Sample> Elementwise()
    {
        Tensor mask = Tensor.From([true, false, true, true, false, false], new(2, 3));
        yield return new(
            "multiply-add", typeof(MultiplyAdd), t => t[0].MultiplyAdd(t[1], t[2]), new(2, 3), Numbers(new(2, 3)), Numbers(new(3), seed: 2),
            Numbers(new(2, 1), seed: 3));
        yield return new(
            "select", typeof(Select), t => Tensor.Select(t[2], t[0], t[1]), new(2, 3), Numbers(new(2, 3)), Numbers(new(3), seed: 2), mask);
        yield return new("gelu of its tanh form", typeof(Unary<GeluTanh>), t => t[0].Gelu(approximate: true), new(5), Numbers(new(5)));
        yield return new("leaky relu by a number", typeof(Binary<LeakyRelu>), t => t[0].LeakyRelu(0.2), new(5), Numbers(new(5)));
        yield return new("elu by a number", typeof(Binary<Elu>), t => t[0].Elu(0.7), new(5), Numbers(new(5)));
        yield return new("clamp", null, t => t[0].Clamp(-1.5, 2.5), new(3, 5), Numbers(new(3, 5)));
        yield return new(
            "square and reciprocal", null, t => t[0].Square() + t[1].Reciprocal(), new(4), Numbers(new(4)),
            Numbers(new(4), 0.5, 3, seed: 2));
        yield return new(
            "integers beside floats", null, t => ((t[0] * t[1]) + Tensor.Select(t[1] > 0, t[1] * t[1], -t[1]).Max(t[1].Sum())) / t[1].Abs(), new(3),
            Numbers(new(3)), Integers(new(3), 2, -3, 1));
        yield return new("masked by comparisons", null, t => t[0] * ((t[0] > 0.5) & !(t[0] >= 3.1)).To(DType.F64), new(9), Numbers(new(9)));
    }

    private static IEnumerable<Sample> Reductions()
    {
        foreach (Reduction kind in Enum.GetValues<Reduction>())
        {
            Func<Tensor, int[], bool, Tensor> reduce = kind switch
            {
                Reduction.Sum => (x, axes, keep) => x.Sum(axes, keep),
                Reduction.Max => (x, axes, keep) => x.Max(axes, keep),
                _ => (x, axes, keep) => x.Min(axes, keep),
            };
            yield return new($"{kind} of all", typeof(Reduce), t => reduce(t[0], [], false), new(), Numbers(new(3, 4)));
            yield return new($"{kind} of rows", typeof(Reduce), t => reduce(t[0], [-1], false), new(3), Numbers(new(3, 5)));
            yield return new($"{kind} of outer axes", typeof(Reduce), t => reduce(t[0], [0, 2], true), new(1, 3, 1), Numbers(new(2, 3, 5)));
            yield return new($"{kind} of an axis of one", typeof(Reduce), t => reduce(t[0], [1], false), new(3, 2), Numbers(new(3, 1, 2)));
        }

        yield return new("sum of an empty axis", typeof(Reduce), t => t[0].Sum([1]), new(3, 2), Numbers(new(3, 0, 2)));
        yield return new("mean", null, t => t[0].Mean([1]), new(3, 2), Numbers(new(3, 5, 2)));
        yield return new("variance", null, t => t[0].Variance([0, 2]), new(3), Numbers(new(2, 3, 4)));
        yield return new("biased variance", null, t => t[0].Variance([-1], keepDims: true, unbiased: false), new(3, 1), Numbers(new(3, 5)));
        yield return new("standard deviation", null, t => t[0].StandardDeviation([1]), new(3), Numbers(new(3, 5)))
        {
            MayRepeatInputs = false,
        };
        yield return new("log-sum-exp", null, t => t[0].LogSumExp([0]), new(5), Numbers(new(3, 5)));
        yield return new("log-sum-exp of large numbers", null, t => t[0].LogSumExp(), new(), Numbers(new(6), 998, 1002));
        yield return new("argmax", typeof(ArgMax), t => t[0].ArgMax(1), new(3, 2), Numbers(new(3, 5, 2)));
        yield return new("argmax of several axes", typeof(ArgMax), t => t[0].ArgMax([0, 2]), new(5), Numbers(new(3, 5, 2)));
        yield return new("argmin of all", typeof(ArgMax), t => t[0].ArgMin(keepDims: true), new(1, 1), Numbers(new(3, 4)));
        yield return new("argmin", typeof(ArgMax), t => t[0].ArgMin(0, keepDims: true), new(1, 4), Numbers(new(3, 4)));
    }

    private static IEnumerable<Sample> Shapes()
    {
        yield return new("reshape", typeof(Reshape), t => t[0].Reshape(2, -1), new(2, 6), Numbers(new(3, 4)));
        yield return new("flatten", typeof(Reshape), t => t[0].Flatten(), new(2, 12), Numbers(new(2, 3, 4)));
        yield return new("squeeze and unsqueeze", typeof(Reshape), t => t[0].Squeeze(1).Unsqueeze(-1), new(3, 4, 1), Numbers(new(3, 1, 4)));
        yield return new("permute", typeof(Permute), t => t[0].Permute(2, 0, 1), new(4, 2, 3), Numbers(new(2, 3, 4)));
        yield return new("transpose", typeof(Permute), t => t[0].T, new(2, 4, 3), Numbers(new(2, 3, 4)));
        yield return new("expand", typeof(Expand), t => t[0].Expand(new(2, 3, 4)), new(2, 3, 4), Numbers(new(3, 1)));
        yield return new("expand to nothing", typeof(Expand), t => t[0].Expand(new(0, 4)), new(0, 4), Numbers(new(4)));
        yield return new("narrow", typeof(Slice), t => t[0].Narrow(1, 1, 3), new(2, 3, 2), Numbers(new(2, 5, 2)));
        yield return new("narrow to nothing", typeof(Slice), t => t[0].Narrow(0, 1, 0), new(0, 3), Numbers(new(2, 3)));
        yield return new("slice in steps", typeof(Slice), t => t[0].Slice(0, 4, -2, 3), new(3, 3), Numbers(new(5, 3)));
        yield return new("flip", typeof(Slice), t => t[0].Flip(-1), new(2, 3), Numbers(new(2, 3)));
        yield return new(
            "slice-backward", typeof(SliceBackward), t => Tensor.Apply(new SliceBackward(new(2, 7, 2), 1, 5, -2), t[0]), new(2, 7, 2),
            Numbers(new(2, 3, 2)));
        yield return new(
            "cast", typeof(Cast), t => t[0].To(DType.F64) * t[1].To(DType.F64), new(3), Numbers(new(3)), Integers(new(3), 2, 0, -1));
        yield return new("identity", typeof(Identity), t => t[0].Identity(), new(3), Numbers(new(3)));
        yield return new("detach", typeof(Detach), t => t[0].Square() * t[1].Detach(), new(3), Numbers(new(3)), Integers(new(3), 2, 0, -1));
        yield return new("pad", typeof(Pad), t => t[0].Pad([1, 0], [2, 3], 0.5), new(5, 6), Numbers(new(2, 3)));
        yield return new("pad nothing", typeof(Pad), t => t[0].Pad([1, 1], [0, 0]), new(1, 4), Numbers(new(0, 3)));
        yield return new(
            "pad by a tensor", typeof(Pad), t => Tensor.Apply(new Pad(new([1, 2]), new([0, 1])), t[0], t[1]), new(3, 5), Numbers(new(2, 2)),
            Numbers(new(), seed: 2));
        yield return new(
            "concat", typeof(Concat), t => Tensor.Concat(1, t), new(2, 6), Numbers(new(2, 3)), Numbers(new(2, 1), seed: 2),
            Numbers(new(2, 2), seed: 3));
        yield return new(
            "concat of one tensor twice", typeof(Concat), t => Tensor.Concat(-1, t[0], t[1], t[0]), new(2, 6), Numbers(new(2, 3)),
            Numbers(new(2, 0)));
        yield return new("stack", typeof(Concat), t => Tensor.Stack(-1, t), new(2, 3, 2), Numbers(new(2, 3)), Numbers(new(2, 3), seed: 2));
        yield return new("unfold", typeof(Unfold), t => t[0].Unfold(1, 3, 1), new(2, 4, 3), Numbers(new(2, 6)));
        yield return new("unfold in steps", typeof(Unfold), t => t[0].Unfold(0, 2, 3, dilation: 2), new(2, 2, 2), Numbers(new(7, 2)));
        yield return new("unfold twice", typeof(Unfold), t => t[0].Unfold(1, 2, 1).Unfold(2, 3, 2), new(1, 3, 2, 2, 3), Numbers(new(1, 4, 5)));
        yield return new("fold", typeof(SliceBackward), t => t[0].Fold(1, 6, 1), new(2, 6), Numbers(new(2, 4, 3)));
        foreach (PaddingMode mode in Enum.GetValues<PaddingMode>())
        {
            yield return new($"pad {mode}", null, t => t[0].Pad([0, 2, 0], [0, 1, 3], mode), new(2, 6, 7), Numbers(new(2, 3, 4)));
        }

        yield return new("split", null, t => t[0].Split(1, 1, 3, 2)[1] * 2, new(2, 3), Numbers(new(2, 6)));
    }

    private static IEnumerable<Sample> Products()
    {
        yield return new("matmul", typeof(MatMul), t => t[0].MatMul(t[1]), new(3, 2), Numbers(new(3, 4)), Numbers(new(4, 2), seed: 2));
        yield return new(
            "matmul of transposes", typeof(MatMul), t => t[0].T.MatMul(t[1].T), new(4, 5), Numbers(new(3, 4)), Numbers(new(5, 3), seed: 2));
        yield return new(
            "matmul of batches", typeof(MatMul), t => t[0].MatMul(t[1]), new(2, 3, 2, 2), Numbers(new(2, 1, 2, 3)),
            Numbers(new(3, 3, 2), seed: 2));
        yield return new("matmul over nothing", typeof(MatMul), t => t[0].MatMul(t[1]), new(2, 3), Numbers(new(2, 0)), Numbers(new(0, 3)));
        yield return new(
            "matmul of one number", typeof(MatMul), t => t[0].MatMul(t[1]), new(1, 1), Numbers(new(1, 1)), Numbers(new(1, 1), seed: 2));
    }

    private static IEnumerable<Sample> Indices()
    {
        yield return new(
            "gather rows, one twice", typeof(Gather), t => t[0].Gather(t[1]), new(2, 2, 3), Numbers(new(4, 3)),
            Integers(new(2, 2), 3, 0, 3, 1));
        yield return new(
            "gather along the last axis", typeof(Gather), t => t[0].Gather(t[1], -1), new(2, 3), Numbers(new(2, 4)),
            Integers(new(3), 3, 0, 0));
        yield return new(
            "gather by one index", typeof(Gather), t => t[0].Gather(t[1], 1), new(2, 2), Numbers(new(2, 3, 2)), Tensor.From([2], new()));
        yield return new("gather nothing", typeof(Gather), t => t[0].Gather(t[1]), new(0, 3), Numbers(new(4, 3)), Integers(new(0)));
        yield return new(
            "scatter-add, one row twice", typeof(ScatterAdd), t => t[0].ScatterAdd(t[2], t[1]), new(4, 2), Numbers(new(4, 2)),
            Numbers(new(3, 2), seed: 2),
            Integers(new(3), 3, 1, 3));
        yield return new(
            "scatter-add along the last axis", typeof(ScatterAdd), t => Tensor.Apply(new ScatterAdd(1, 5), t[0], t[1]), new(2, 5),
            Numbers(new(2, 2, 2)),
            Integers(new(2, 2), 4, 0, 0, 2));
        yield return new(
            "gather-along", typeof(GatherAlong), t => t[0].GatherAlong(t[1]), new(3, 1), Numbers(new(3, 4)), Integers(new(3, 1), 3, 0, 1));
        yield return new(
            "gather-along an outer axis", typeof(GatherAlong), t => t[0].GatherAlong(t[1], 0), new(4, 2), Numbers(new(3, 2)),
            Integers(new(4, 2), 0, 2, 1, 1, 0, 0, 2, 2));
        yield return new(
            "scatter-add-along", typeof(ScatterAddAlong), t => Tensor.Apply(new ScatterAddAlong(1, 4), t[0], t[1]), new(2, 4, 2),
            Numbers(new(2, 3, 2)),
            Integers(new(2, 3, 2), 0, 3, 0, 1, 2, 1, 3, 3, 3, 3, 0, 1));
        yield return new(
            "scatter-add-along onto numbers", typeof(ScatterAddAlong), t => t[0].ScatterAddAlong(t[2], t[1], 0), new(3, 2), Numbers(new(3, 2)),
            Numbers(new(2, 2), seed: 2), Tensor.From([2, 0, 2, 1], new(2, 2)));
        yield return new(
            "gather by bytes", typeof(Gather), t => t[0].Gather(t[1]), new(3, 2), Numbers(new(4, 2)), Tensor.From<byte>([3, 0, 3], new(3)));
        yield return new(
            "one-hot", typeof(OneHot), t => t[0].OneHot(4, DType.F64) * t[1], new(2, 3, 4), Integers(new(2, 3), 0, 3, 1, 1, 2, 0),
            Numbers(new(4)));
    }

    private static IEnumerable<Sample> Draws()
    {
        Rng Fresh() => new(5);
        yield return new(
            "random-uniform", typeof(RandomUniform), t => t[0] * Fresh().Uniform(new(2, 5), -1, 2, DType.F64), new(2, 5),
            Numbers(new(2, 5)));
        yield return new(
            "random-normal", typeof(RandomNormal), t => t[0] * Fresh().Normal(new(2, 5), 1, 0.5, DType.F64), new(2, 5), Numbers(new(2, 5)));
        yield return new("dropout", null, t => t[0] * Fresh().Bernoulli(new(4, 5), 0.5).To(DType.F64) * 2, new(4, 5), Numbers(new(4, 5)));
    }
}
