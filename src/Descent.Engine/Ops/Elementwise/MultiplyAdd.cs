using Descent.Kernels;

namespace Descent;

/// <summary>Product and sum in one: <c>y = a·b + c</c>, rounded once where the machine can, broadcasting.</summary>
/// <remarks>Gradients: <c>da = dy·b</c>, <c>db = dy·a</c>, <c>dc = dy</c>.</remarks>
internal sealed unsafe record MultiplyAdd : ElementwiseOp
{
    public static readonly MultiplyAdd Op = new();

    public override string Name => "multiply-add";

    internal override delegate*<nint*, int, void> Loop => &TernaryLoop<Formula>.Run;

    internal override int Flops => 2;

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        DType type = DTypes.Promote(t[0].DType, DTypes.Promote(t[1].DType, t[2].DType));
        return new TensorType(
            Shape.Broadcast(t[0].Shape, Shape.Broadcast(t[1].Shape, t[2].Shape, Name), Name), type.IsFloat() ? type : DType.F32);
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
    [
        needed[0] ? (Tensor)dy * x[1] : null,
        needed[1] ? (Tensor)dy * x[0] : null,
        needed[2] ? (Tensor)dy : null,
    ];

    public override void Reference(ReferenceCall call) =>
        TernaryLoop<Formula>.RunReference(Stretched(call, 0), Stretched(call, 1), Stretched(call, 2), call.Y(0));

    internal readonly struct Formula : ITernaryOp
    {
        public static string Name => "multiply-add";

        [System.Runtime.CompilerServices.MethodImpl(Jit.Inline)]
        public static V Forward<V>(V a, V b, V c)
            where V : struct, ILanes<V> => V.MultiplyAdd(a, b, c);
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.MultiplyAdd"/>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor MultiplyAdd(Tensor factor, Tensor addend) => Apply(Descent.MultiplyAdd.Op, this, factor, addend);
}
