namespace Descent;

/// <summary>Compiles a graph to a plan: promote, simplify, recompute, fuse, choose, order, place.</summary>
internal static class Planner
{
    public static Plan Compile(PlanGraph graph, IBackend backend, int threads, bool fuse = true, long recomputeFrom = Recompute.LeastBytes)
    {
        Promote.Run(graph);
        Simplify.Run(graph);
        if (fuse)
        {
            Recompute.Run(graph, backend, recomputeFrom);
        }

        var choose = new Choose(graph, backend, threads, fuse);
        choose.Run();

        // The results that a run hands out: computed straight into their memory where nothing else claims it.
        var outputs = new PlanBuffer[graph.Outputs.Count];
        var orders = new AxisOrder[outputs.Length];
        var delivered = new HashSet<PlanValue>();
        for (int i = 0; i < outputs.Length; i++)
        {
            (outputs[i], orders[i]) = Deliver(choose, graph.Outputs[i], i, isFirst: delivered.Add(graph.Outputs[i]));
        }

        List<Launch> launches = Order.Run(choose, graph);
        Prelude.Find(graph, launches, choose.Buffers);
        graph.Looks += Placement.Run(launches, choose.Buffers);
        return new Plan(graph, launches, choose.Buffers, outputs, [.. graph.Outputs.Select(y => y.Type)], orders);
    }

    private static (PlanBuffer Buffer, AxisOrder Order) Deliver(Choose choose, PlanValue value, int index, bool isFirst)
    {
        Place place = choose[value];
        AxisOrder order = place.View.IsDense(AxisOrder.ChannelsLast) && !place.View.IsDense() ? AxisOrder.ChannelsLast : AxisOrder.RowMajor;
        PlanBuffer output = choose.NewBuffer(value.Type.Bytes, BufferKind.Output, index);
        bool whole = place.Buffer is { Kind: BufferKind.Arena, Over: null } && place.IsDense(order) && place.Buffer.Bytes == value.Type.Bytes
            && isFirst;
        if (whole)
        {
            place.Buffer.Over = output;
        }
        else
        {
            var to = new Place(output, Strided.Dense(value.Type.Shape, order));
            choose.Copy(place, to, value.Type.DType);
        }

        return (output, order);
    }
}
