namespace Descent;

/// <summary>Finds the layer that a node belongs to, for messages: the nearest cell that it was computed from tells.</summary>
internal static class Layers
{
    /// <summary>The module path of the first named cell among the inputs, empty if there is none.</summary>
    public static string PathOf(ReadOnlySpan<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
        {
            // A weight often arrives through a transpose or a reshape.
            Tensor node = input;
            while (node.Inputs is { Length: 1 })
            {
                node = node.Inputs[0];
            }

            if (node.Source is Cell { Name.Length: > 0 } cell)
            {
                return PathOf(cell);
            }
        }

        return "";
    }

    /// <summary>The path of the module that holds the cell: its state name without the last part.</summary>
    public static string PathOf(Cell cell)
    {
        int dot = cell.Name.LastIndexOf('.');
        return dot < 0 ? cell.Name : cell.Name[..dot];
    }
}
