namespace Descent;

/// <summary>
/// What has arrived at one node in parts that are cheaper together than one by one: a network that is unrolled over T steps reads a slice of
/// its input and the same weight at each of them, and must not add up T tensors of the whole size.
/// </summary>
internal sealed class PendingGradient
{
    private readonly List<(Slice Slice, Tensor Gradient)> _slices = [];
    private readonly List<(Tensor Rows, Tensor Gradient)> _products = [];

    /// <summary>Keeps what flows from a node to one of its inputs for later; false where it is to be added at once.</summary>
    public static bool TryKeep(ref PendingGradient? pending, Tensor node, int input, Upstream dy)
    {
        switch (node.Op)
        {
            case Slice { Step: 1 } slice:
                (pending ??= new()).Add(slice, dy);
                return true;
            case MatMul when input == 1 && node.Inputs![0] is { Rank: 2 } rows && IsCheaperTogether(rows.Type, ((Tensor)dy).Type):
                (pending ??= new())._products.Add((rows, dy));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The sum of all parts, each of this shape.</summary>
    public Tensor Sum(Shape shape)
    {
        Tensor? sum = _products.Count == 0 ? null : ProductOfAll();
        foreach (IGrouping<int, (Slice Slice, Tensor Gradient)> along in _slices.GroupBy(part => part.Slice.Axis))
        {
            foreach (List<(Slice Slice, Tensor Gradient)> row in Rows(along))
            {
                Tensor part = Joined(row, shape);
                sum = sum is null ? part : sum + part;
            }
        }

        return sum!;
    }

    private void Add(Slice slice, Tensor dy) => _slices.Add((slice, dy));

    /// <summary>
    /// Whether copying the rows of both operands moves less than adding up the products: Σ AₜᵀBₜ is one product of the rows put together.
    /// </summary>
    private static bool IsCheaperTogether(TensorType a, TensorType b) =>
        b.Shape.Rank == 2 && a.DType == b.DType && (long)a.Shape[0] * (a.Shape[1] + b.Shape[1]) <= 2L * a.Shape[1] * b.Shape[1];

    private Tensor ProductOfAll()
    {
        (Tensor rows, Tensor gradient) = _products.Count == 1
            ? _products[0]
            : (Tensor.Concat(0, [.. _products.Select(p => p.Rows)]), Tensor.Concat(0, [.. _products.Select(p => p.Gradient)]));
        return rows.T.MatMul(gradient);
    }

    /// <summary>The slices of one axis dealt into rows of slices that do not overlap.</summary>
    private static List<List<(Slice Slice, Tensor Gradient)>> Rows(IEnumerable<(Slice Slice, Tensor Gradient)> slices)
    {
        List<List<(Slice Slice, Tensor Gradient)>> rows = [];
        foreach ((Slice Slice, Tensor Gradient) part in slices.OrderBy(part => part.Slice.Start))
        {
            List<(Slice Slice, Tensor Gradient)>? row = rows.Find(r => End(r[^1].Slice) <= part.Slice.Start);
            if (row is null)
            {
                rows.Add(row = []);
            }

            row.Add(part);
        }

        return rows;
    }

    /// <summary>Slices that do not overlap, one behind the other, with zeros between them.</summary>
    private static Tensor Joined(List<(Slice Slice, Tensor Gradient)> row, Shape shape)
    {
        (Slice first, Tensor only) = row[0];
        if (row.Count == 1)
        {
            return Tensor.Apply(new SliceBackward(shape, first.Axis, first.Start, first.Step), only);
        }

        var parts = new List<Tensor>();
        int end = 0;
        foreach ((Slice slice, Tensor gradient) in row)
        {
            FillUpTo(slice.Start);
            parts.Add(gradient);
            end = End(slice);
        }

        FillUpTo(shape[first.Axis]);
        return Tensor.Concat(first.Axis, [.. parts]);

        void FillUpTo(int start)
        {
            if (start > end)
            {
                parts.Add(Tensor.Zeros(shape.With(first.Axis, start - end), only.DType, only.Device));
            }
        }
    }

    private static int End(Slice slice) => slice.Start + slice.Size;
}
