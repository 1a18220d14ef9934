namespace Descent;

/// <summary>The input itself as a node of its own.</summary>
internal sealed record Identity : ViewOp
{
    public static readonly Identity Op = new();

    public override string Name => "identity";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0];

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [dy];

    internal override bool TryView(in Strided input, out Strided output)
    {
        output = input;
        return true;
    }
}

/// <summary>The input as a constant of differentiation.</summary>
internal sealed record Detach : ViewOp
{
    public static readonly Detach Op = new();

    public override string Name => "detach";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0];

    internal override bool IsDifferentiable(int input) => false;

    internal override bool TryView(in Strided input, out Strided output)
    {
        output = input;
        return true;
    }
}

public sealed partial class Tensor
{
    /// <summary>The same values, through which no gradient flows.</summary>
    public Tensor Detach() => Apply(Descent.Detach.Op, this);

    internal Tensor Identity() => Apply(Descent.Identity.Op, this);
}
