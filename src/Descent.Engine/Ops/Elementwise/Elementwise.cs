using Descent.Kernels;

namespace Descent;

/// <summary>Marks a formula whose result is exact on integers, so that integer inputs stay integers: −x, a + b.</summary>
internal interface IKeepsIntegers;

/// <summary>
/// Marks a formula whose result is the exact one rounded once, so that double precision rounded to f32 gives the bits of f32: a + b, √x.
/// </summary>
internal interface IRoundsOnce;

/// <summary>Marks a formula that gives the same bits when its arguments are swapped. A maximum does not: of 0 and −0 it takes one.</summary>
internal interface ICommutative;

/// <summary>Marks a formula whose result is 1 or 0 and is kept as bool; it has no slope.</summary>
internal interface IComparison : IBinaryOp, IRoundsOnce
{
    static V IBinaryOp.BackwardA<V>(V a, V b, V y, V dy) => V.Const(0);

    static V IBinaryOp.BackwardB<V>(V a, V b, V y, V dy) => V.Const(0);
}

/// <summary>
/// An op that treats each element alone. The planner fuses runs of them into tile programs, whose steps are calls through
/// <see cref="Loop"/>.
/// </summary>
internal abstract unsafe record ElementwiseOp : Op
{
    /// <summary>Runs the formula over n f32 elements; arguments are the pointers of the inputs, then of the outputs.</summary>
    internal abstract delegate*<nint*, int, void> Loop { get; }

    /// <summary>
    /// Runs the formula over n integers of 64 bits, arguments as for <see cref="Loop"/>; null where its result is not an integer.
    /// </summary>
    internal virtual delegate*<nint*, int, void> IntegerLoop => null;

    /// <summary><see cref="IRoundsOnce"/>.</summary>
    internal virtual bool RoundsOnce => false;

    /// <summary><see cref="ICommutative"/>.</summary>
    internal virtual bool IsCommutative => false;

    /// <summary>True where all operands are numbers of one formula, which are read in one element type.</summary>
    internal virtual bool ComputesInOneType => true;

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Reach.Union(x);

    /// <summary>Floating-point operations per element, for the plan's figures.</summary>
    internal virtual int Flops => 1;

    /// <summary>The slots of the arguments that <see cref="Loop"/> takes, −1 for one it takes as null.</summary>
    internal virtual int[] Arguments(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs) => [.. inputs, .. outputs];

    /// <summary>One input's values stretched to the shape of the output.</summary>
    private protected static ReadOnlySpan<double> Stretched(ReferenceCall call, int input)
    {
        Shape from = call.XType(input).Shape, to = call.YType(0).Shape;
        if (from == to)
        {
            return call.X(input);
        }

        double[] result = new double[to.Count];
        Broadcasting.Stretch(call.X(input), from, result, to);
        return result;
    }
}

/// <summary>y = f(x).</summary>
internal sealed unsafe record Unary<TOp> : ElementwiseOp
    where TOp : struct, IUnaryOp
{
    public static readonly Unary<TOp> Op = new();

    public override string Name => TOp.Name;

    internal override delegate*<nint*, int, void> Loop => &UnaryLoop<TOp>.Run;

    internal override delegate*<nint*, int, void> IntegerLoop => KeepsIntegers ? &UnaryLoop<TOp>.RunIntegers : null;

    internal override bool RoundsOnce => typeof(IRoundsOnce).IsAssignableFrom(typeof(TOp));

    private static bool KeepsIntegers => typeof(IKeepsIntegers).IsAssignableFrom(typeof(TOp));

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) =>
        x[0] with { DType = x[0].DType.IsFloat() || KeepsIntegers ? x[0].DType : DType.F32 };

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        // An input that the formula does not read is replaced by dy, so that the graph does not keep it alive.
        Reads reads = UnaryBackward<TOp>.Reads;
        return [Tensor.Apply(UnaryBackward<TOp>.Op, reads.First ? x[0] : dy, reads.Second ? y[0] : dy, dy)];
    }

    public override void Reference(ReferenceCall call) => UnaryLoop<TOp>.RunReference(call.X(0), call.Y(0));
}

/// <summary>dx of y = f(x), from x, y and dy in one pass.</summary>
internal sealed unsafe record UnaryBackward<TOp> : ElementwiseOp
    where TOp : struct, IUnaryOp
{
    public static readonly UnaryBackward<TOp> Op = new();

    public static readonly Reads Reads = ReadsLanes.Of((x, y, dy) => TOp.Backward(x, y, dy));

    public override string Name => TOp.Name + "-backward";

    internal override delegate*<nint*, int, void> Loop => &UnaryBackwardLoop<TOp>.Run;

    public override OpTypes Infer(ReadOnlySpan<TensorType> t) => t[2];

    /// <summary>The derivative of the formula's expansion into primitive nodes: second order for every formula.</summary>
    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        Expansion.Gradient([x[0], x[1], x[2]], dy, needed, t => TOp.Backward<Symbol>(t[0], t[1], t[2]).Node);

    public override void Reference(ReferenceCall call) => UnaryBackwardLoop<TOp>.RunReference(call.X(0), call.X(1), call.X(2), call.Y(0));
}

/// <summary>y = f(a, b), broadcasting.</summary>
internal sealed unsafe record Binary<TOp> : ElementwiseOp
    where TOp : struct, IBinaryOp
{
    public static readonly Binary<TOp> Op = new();

    public override string Name => TOp.Name;

    internal override delegate*<nint*, int, void> Loop => &BinaryLoop<TOp>.Run;

    internal override delegate*<nint*, int, void> IntegerLoop => KeepsIntegers || IsComparison ? &BinaryLoop<TOp>.RunIntegers : null;

    internal override bool RoundsOnce => typeof(IRoundsOnce).IsAssignableFrom(typeof(TOp));

    internal override bool IsCommutative => typeof(ICommutative).IsAssignableFrom(typeof(TOp));

    private static bool KeepsIntegers => typeof(IKeepsIntegers).IsAssignableFrom(typeof(TOp));

    private static bool IsComparison => typeof(IComparison).IsAssignableFrom(typeof(TOp));

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Shape shape = Shape.Broadcast(t[0].Shape, t[1].Shape, TOp.Name);
        DType type = DTypes.Promote(t[0].DType, t[1].DType);
        return new TensorType(shape, IsComparison ? DType.Bool : type.IsFloat() || KeepsIntegers ? type : DType.F32);
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
    [
        needed[0] ? TOp.BackwardA<Symbol>(x[0], x[1], y[0], (Tensor)dy).Node : null,
        needed[1] ? TOp.BackwardB<Symbol>(x[0], x[1], y[0], (Tensor)dy).Node : null,
    ];

    internal override bool IsDifferentiable(int input) => !IsComparison;

    public override void Reference(ReferenceCall call) => BinaryLoop<TOp>.RunReference(Stretched(call, 0), Stretched(call, 1), call.Y(0));
}

/// <summary>condition ? a : b, broadcasting; the condition is true where it is not 0.</summary>
internal sealed unsafe record Select : ElementwiseOp
{
    public static readonly Select Op = new();

    public override string Name => "select";

    internal override delegate*<nint*, int, void> Loop => &TernaryLoop<Formula>.Run;

    internal override delegate*<nint*, int, void> IntegerLoop => &TernaryLoop<Formula>.RunIntegers;

    internal override bool RoundsOnce => true;

    public override OpTypes Infer(ReadOnlySpan<TensorType> t) => new TensorType(
        Shape.Broadcast(t[0].Shape, Shape.Broadcast(t[1].Shape, t[2].Shape, Name), Name),
        DTypes.Promote(t[1].DType, t[2].DType));

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
    [
        null,
        needed[1] ? Tensor.Select(x[0], dy, Tensor.Scalar(0, y[0].DType, y[0].Device)) : null,
        needed[2] ? Tensor.Select(x[0], Tensor.Scalar(0, y[0].DType, y[0].Device), dy) : null,
    ];

    internal override bool IsDifferentiable(int input) => input != 0;

    public override void Reference(ReferenceCall call) =>
        TernaryLoop<Formula>.RunReference(Stretched(call, 0), Stretched(call, 1), Stretched(call, 2), call.Y(0));

    internal readonly struct Formula : ITernaryOp
    {
        public static string Name => "select";

        [System.Runtime.CompilerServices.MethodImpl(Jit.Inline)]
        public static V Forward<V>(V c, V a, V b)
            where V : struct, ILanes<V> => V.IfEqual(c, V.Const(0), b, a);
    }
}

/// <summary>One step of an optimizer's rule: inputs θ, g, the states and the rule's numbers; outputs the new θ and states.</summary>
internal sealed unsafe record UpdateOp<TRule> : ElementwiseOp
    where TRule : unmanaged, IUpdateRule
{
    public static readonly UpdateOp<TRule> Op = new();

    public override string Name => "update-" + (typeof(TRule).DeclaringType?.Name ?? typeof(TRule).Name).ToLowerInvariant();

    internal override delegate*<nint*, int, void> Loop => &UpdateLoop<TRule>.Run;

    internal static int States => TRule.States;

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        for (int i = 1; i < 2 + States; i++)
        {
            if (t[i] != t[0])
            {
                throw new ShapeException($"{Name}: parameter {t[0]} but {(i == 1 ? "gradient" : "state")} {t[i]}.");
            }
        }

        if (t[2 + States] is not { DType: DType.U8 } numbers || numbers.Count != sizeof(TRule))
        {
            throw new ShapeException($"{Name}: the rule's numbers are {sizeof(TRule)} bytes, u8, but they are {t[2 + States]}.");
        }

        var outputs = new TensorType[1 + States];
        Array.Fill(outputs, t[0]);
        return outputs;
    }

    internal override bool IsDifferentiable(int input) => false;

    internal override bool ComputesInOneType => false;

    internal override int Flops => 4 * (1 + States);

    internal override int[] Arguments(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs)
    {
        int[] arguments = [-1, -1, -1, -1, -1, inputs[2 + States], -1, -1, -1, -1];
        inputs[..(2 + States)].CopyTo(arguments);
        outputs.CopyTo(arguments.AsSpan(6));
        return arguments;
    }

    public override void Reference(ReferenceCall call)
    {
        TRule rule = call.Uniform<TRule>(2 + States);
        call.X(0).CopyTo(call.Y(0));
        for (int i = 0; i < States; i++)
        {
            call.X(2 + i).CopyTo(call.Y(1 + i));
        }

        UpdateLoop<TRule>.RunReference(rule, call.Y(0), call.X(1), State(call, 0), State(call, 1), State(call, 2));
    }

    private static Span<double> State(ReferenceCall call, int state) => state < States ? call.Y(1 + state) : default;
}
