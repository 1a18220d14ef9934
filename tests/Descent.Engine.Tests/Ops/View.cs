namespace Descent.Engine.Tests;

/// <summary>A way to hide values in a leaf of other steps, and the view that sees them again.</summary>
internal sealed record View(Func<Tensor, Tensor> Hide, Func<Tensor, TensorType, Tensor> SeeAs)
{
    /// <summary>The axes lie in reverse order.</summary>
    public static View Permuted { get; } = new(x => Leaf(Reversed(x)), (x, _) => Reversed(x));

    /// <summary>Every second element of the last axis counts; the others hold noise.</summary>
    public static View Sliced { get; } = new(
        x => x.Rank == 0 || x.Shape[^1] == 0
            ? Leaf(x.Unsqueeze(0))
            : Leaf(Tensor.Stack(-1, Noise(x), x).Reshape(x.Shape.With(x.Rank - 1, 2 * x.Shape[^1]))),
        (x, type) => type.Shape.Rank == 0 || type.Shape[^1] == 0 ? x.Squeeze(0) : x.Slice(-1, 1, 2, type.Shape[^1]));

    /// <summary>The first of each row is repeated.</summary>
    public static View Expanded { get; } = new(
        x => x.Rank == 0 || x.Shape[^1] == 0 || !x.DType.IsFloat() ? x : Leaf(x.Narrow(-1, 0, 1)),
        (x, type) => x.Expand(type.Shape));

    public Tensor See(Tensor hidden, TensorType type) => SeeAs(hidden, type);

    private static Tensor Reversed(Tensor x) => x.Permute([.. Enumerable.Range(0, x.Rank).Reverse()]);

    private static Tensor Noise(Tensor x) => x.DType.IsFloat() ? (x * 0) + 0.123 : x.DType == DType.Bool ? !x : x - 1;

    private static Tensor Leaf(Tensor x)
    {
        double[] values = Interpreter.Evaluate(x);
        var storage = new Storage(x.Type);
        Values.FromDouble(values, x.DType, storage.Bytes);
        return Tensor.Of(storage, x.Device);
    }
}
