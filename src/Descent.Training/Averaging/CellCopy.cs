namespace Descent;

/// <summary>Copies of the values of cells.</summary>
internal static class CellCopy
{
    /// <summary>New cells of the same names and values.</summary>
    public static OrderedDictionary<string, Cell> Of(IReadOnlyDictionary<string, Cell> cells)
    {
        var copies = new OrderedDictionary<string, Cell>();
        foreach ((string name, Cell cell) in cells)
        {
            copies.Add(name, new Buffer(Tensor.Zeros(cell.Shape, cell.DType, cell.Read().Device)));
        }

        Write(cells, to: copies);
        return copies;
    }

    /// <summary>Writes every value of the first to the cell of its name in the second.</summary>
    public static void Write(IReadOnlyDictionary<string, Cell> from, IReadOnlyDictionary<string, Cell> to)
    {
        foreach ((string name, Cell cell) in from)
        {
            StateFile.WriteCell(to[name], cell.Read().ToBytes());
        }
    }
}
