namespace Descent;

/// <summary>
/// Runs an op's naive computation in double, on one thread and with memory of its own: how arithmetic on f64 runs, and an op of a user's,
/// which has no kernel. No op of the engine comes here with other element types.
/// </summary>
internal sealed unsafe class ReferenceLaunch(PlanNode node, PlanBuffer[] inputs, PlanBuffer[] outputs) : Launch
{
    public override string Name => node.Op.Name + " (reference)";

    public static void Lower(Choose choose, PlanNode node)
    {
        PlanBuffer[] inputs = [.. node.Inputs.Select(x => choose.Dense(x))];
        PlanBuffer[] outputs = [.. node.Outputs.Select(y => choose.Output(y))];
        choose.Add(new ReferenceLaunch(node, inputs, outputs), inputs, outputs);
    }

    public override string Detail => string.Join(", ", node.Inputs.Select(x => x.Type)) + " → " + node.Outputs[0].Type;

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        var values = new double[inputs.Length][];
        var raw = new byte[]?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            PlanValue x = node.Inputs[i];
            var bytes = new ReadOnlySpan<byte>((void*)Run[inputs[i]], checked((int)x.Type.Bytes));
            values[i] = Values.ToDouble(bytes, x.Type);
            raw[i] = x.IsUniform ? bytes.ToArray() : null;
        }

        double[][] results = Interpreter.Compute(
            node.Op, [.. node.Inputs.Select(x => x.Type)], values, raw, [.. node.Outputs.Select(y => y.Type)]);
        for (int i = 0; i < outputs.Length; i++)
        {
            TensorType type = node.Outputs[i].Type;
            Values.FromDouble(results[i], type.DType, new Span<byte>((void*)Run[outputs[i]], checked((int)type.Bytes)));
        }
    }
}
