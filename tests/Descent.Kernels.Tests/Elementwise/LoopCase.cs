namespace Descent.Kernels.Tests;

/// <summary>One elementwise loop with its double-precision reference, for tests that treat all loops alike.</summary>
/// <param name="Loop">The loop as engines call it.</param>
/// <param name="Domain">Where inputs are sampled.</param>
/// <param name="Reference">Inputs to outputs in double precision.</param>
/// <param name="Rule">The fields of an update rule; empty for formulas.</param>
/// <param name="Spare">Arguments that this rule leaves unused (null): states beyond its own.</param>
internal sealed unsafe record LoopCase(
    string Name, nint Loop, int Inputs, int Outputs, (double Low, double High) Domain, Func<double[][], double[][]> Reference,
    float[] Rule, int Spare = 0)
{
    /// <summary>Every loop kind, and every lane member through some formula.</summary>
    public static IReadOnlyList<LoopCase> All { get; } =
    [
        Unary<ExpOp>(), Unary<LogOp>(), Unary<TanhOp>(), Unary<ErfOp>(), Unary<SinOp>(), Unary<CosOp>(), Unary<ReluOp>(), Unary<MixedOp>(),
        Unary<GeluOp>(),
        UnaryBackward<ExpOp>(), UnaryBackward<LogOp>(), UnaryBackward<TanhOp>(), UnaryBackward<ErfOp>(), UnaryBackward<SinOp>(),
        UnaryBackward<CosOp>(), UnaryBackward<ReluOp>(), UnaryBackward<MixedOp>(), UnaryBackward<GeluOp>(),
        Binary<QuotientOp>(), Binary<MaxOp>(), Binary<MinOp>(), Binary<PowOp>(),
        Ternary<SelectOp>(),
        Update(new SgdRule(0.1f), [0.1f]),
        Update(new MomentumRule(0.1f, 0.9f), [0.1f, 0.9f]),
        Update(new AdamRule(0.1f, 0.9f, 0.99f, 1e-3f, 0.01f, 0.5f, 0.25f), [0.1f, 0.9f, 0.99f, 1e-3f, 0.01f, 0.5f, 0.25f]),
        Update(new AmsGradRule(0.1f, 0.9f, 0.99f), [0.1f, 0.9f, 0.99f]),
    ];

    /// <summary>Runs the loop on raw arrays: inputs first, then outputs.</summary>
    public void Run(ReadOnlySpan<nint> arrays, int n)
    {
        nint* args = stackalloc nint[10];
        new Span<nint>(args, 10).Clear();
        arrays[..Inputs].CopyTo(new(args, 10));
        int firstOutput = Inputs;
        fixed (float* rule = Rule)
        {
            if (Rule.Length > 0)
            {
                args[5] = (nint)rule;
                firstOutput = 6;
            }

            arrays[Inputs..].CopyTo(new(args + firstOutput, 10 - firstOutput));
            ((delegate*<nint*, int, void>)Loop)(args, n);
        }
    }

    private static LoopCase Unary<TOp>()
        where TOp : struct, IUnaryOp => new(
            $"{TOp.Name}", (nint)(delegate*<nint*, int, void>)&UnaryLoop<TOp>.Run, 1, 1, TOp.Domain,
            inputs => One(inputs, y => UnaryLoop<TOp>.RunReference(inputs[0], y)), []);

    private static LoopCase UnaryBackward<TOp>()
        where TOp : struct, IUnaryOp => new(
            $"{TOp.Name} backward", (nint)(delegate*<nint*, int, void>)&UnaryBackwardLoop<TOp>.Run, 3, 1, TOp.Domain,
            inputs => One(inputs, dx => UnaryBackwardLoop<TOp>.RunReference(inputs[0], inputs[1], inputs[2], dx)), []);

    private static LoopCase Binary<TOp>()
        where TOp : struct, IBinaryOp => new(
            TOp.Name, (nint)(delegate*<nint*, int, void>)&BinaryLoop<TOp>.Run, 2, 1, TOp.Domain,
            inputs => One(inputs, y => BinaryLoop<TOp>.RunReference(inputs[0], inputs[1], y)), []);

    private static LoopCase Ternary<TOp>()
        where TOp : struct, ITernaryOp => new(
            TOp.Name, (nint)(delegate*<nint*, int, void>)&TernaryLoop<TOp>.Run, 3, 1, (-4, 4),
            inputs => One(inputs, y => TernaryLoop<TOp>.RunReference(inputs[0], inputs[1], inputs[2], y)), []);

    private static LoopCase Update<TRule>(TRule rule, float[] fields)
        where TRule : unmanaged, IUpdateRule => new(
            typeof(TRule).Name, (nint)(delegate*<nint*, int, void>)&UpdateLoop<TRule>.Run, 2 + TRule.States, 1 + TRule.States, (0.1, 4),
            inputs =>
            {
                double[][] outputs = [.. inputs.Where((_, i) => i != 1).Select(values => values.ToArray())];
                double[] State(int i) => i < TRule.States ? outputs[1 + i] : [];
                UpdateLoop<TRule>.RunReference(rule, outputs[0], inputs[1], State(0), State(1), State(2));
                return outputs;
            },
            fields, 3 - TRule.States);

    private static double[][] One(double[][] inputs, Action<double[]> run)
    {
        double[] output = new double[inputs[0].Length];
        run(output);
        return [output];
    }
}
