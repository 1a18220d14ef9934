namespace Descent;

/// <summary>Finds the op where a number went wrong: the failed run is repeated op by op on the intact cells.</summary>
internal static class Diagnosis
{
    public static NonFiniteException Of(BoundRun failed, Device device)
    {
        PlanGraph graph = failed.Plan.Source;
        var values = new Dictionary<PlanValue, double[]>();
        foreach (PlanValue leaf in graph.Leaves)
        {
            object source = failed.Sources[leaf.LeafIndex];
            double[] value = Read(source, leaf.Type);
            values[leaf] = value;
            if (FirstBad(value) is { } bad && leaf.Type.DType.IsFloat())
            {
                string what = source is Cell cell ? $"{cell.GetType().Name.ToLowerInvariant()} {cell.Name}" : "an input of the graph";
                return new NonFiniteException($"The loss is not finite: {what} {leaf.Type} already holds {Text(value[bad])} at element {bad}. Nothing was written.");
            }
        }

        foreach (PlanNode node in graph.Nodes)
        {
            var raw = new byte[]?[node.Inputs.Length];
            for (int i = 0; i < raw.Length; i++)
            {
                raw[i] = node.Inputs[i].IsUniform ? Bytes((Uniform)failed.Sources[node.Inputs[i].LeafIndex], node.Inputs[i].Type) : null;
            }

            double[][] outputs = Interpreter.Compute(
                node.Op, [.. node.Inputs.Select(x => x.Type)], [.. node.Inputs.Select(x => values[x])], raw, [.. node.Outputs.Select(y => y.Type)]);
            for (int i = 0; i < outputs.Length; i++)
            {
                RoundToType(outputs[i], node.Outputs[i].Type.DType);
                values[node.Outputs[i]] = outputs[i];
                if (FirstBad(outputs[i]) is { } bad)
                {
                    string layer = LayerOf(node, failed);
                    return new NonFiniteException(
                        $"The loss is not finite. The first bad op is {node.Op.Name}{(layer.Length > 0 ? $" in layer {layer}" : "")}: element {bad} of its output "
                        + $"{node.Outputs[i].Type} is {Text(outputs[i][bad])}. No parameter changed. Lower the learning rate, clip the gradients, or look at this batch.");
                }
            }
        }

        return new NonFiniteException($"The loss is not finite on {device}, though it is in double precision. No parameter changed. Lower the learning rate.");
    }

    /// <summary>The layer of the nearest named cell upstream: breadth first from the node.</summary>
    private static string LayerOf(PlanNode node, BoundRun run)
    {
        var queue = new Queue<PlanNode>([node]);
        var seen = new HashSet<PlanNode>();
        while (queue.TryDequeue(out PlanNode? next))
        {
            foreach (PlanValue input in next.Inputs)
            {
                if (input.Producer is null && run.Sources[input.LeafIndex] is Cell { Name.Length: > 0 } cell)
                {
                    return Layers.PathOf(cell);
                }

                if (input.Producer is { } producer && seen.Add(producer))
                {
                    queue.Enqueue(producer);
                }
            }
        }

        return "";
    }

    private static double[] Read(object source, TensorType type) => source switch
    {
        Storage storage => Values.ToDouble(storage),
        Cell cell => Values.ToDouble(cell.Storage),
        Slot slot => Values.ToDouble(slot.Storage),
        Uniform uniform => Values.ToDouble(Bytes(uniform, type), type),
        _ => throw new InvalidOperationException("A leaf has no source."),
    };

    private static byte[] Bytes(Uniform uniform, TensorType type)
    {
        byte[] bytes = new byte[type.Bytes];
        uniform.Write(bytes);
        return bytes;
    }

    private static void RoundToType(double[] values, DType type)
    {
        if (type == DType.F32)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)values[i];
            }
        }
    }

    private static int? FirstBad(double[] values)
    {
        int index = Array.FindIndex(values, value => !double.IsFinite(value));
        return index < 0 ? null : index;
    }

    private static string Text(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "infinite" : "negative infinite";
}
