using Descent.Kernels;

namespace Descent;

/// <summary>One reduction of a tile program's value: how rows and columns of a tile are reduced, and how partial results combine.</summary>
internal sealed unsafe class TileFold
{
    private readonly delegate*<nint*, int, void> _combine;

    private TileFold(
        int slot, PlanBuffer output, float identity, delegate*<float*, nint, float> row, delegate*<float*, nint, nint, nint, float*, void> column,
        delegate*<nint*, int, void> combine)
    {
        (Slot, Output, Identity) = (slot, output, identity);
        Row = row;
        Column = column;
        _combine = combine;
    }

    /// <summary>The value that is reduced.</summary>
    public int Slot { get; }

    public PlanBuffer Output { get; }

    /// <summary>Partial results of chunks, where there are several.</summary>
    public PlanBuffer? Partials { get; set; }

    /// <summary>The value of an empty reduction.</summary>
    public float Identity { get; }

    /// <summary>Reduces n numbers to one.</summary>
    public delegate*<float*, nint, float> Row { get; }

    /// <summary>Reduces rows of columns to one row.</summary>
    public delegate*<float*, nint, nint, nint, float*, void> Column { get; }

    public static TileFold Of(Reduction kind, int slot, PlanBuffer output) => kind switch
    {
        Reduction.Sum => Of<SumReduction, Add>(slot, output),
        Reduction.Max => Of<MaxReduction, Maximum>(slot, output),
        _ => Of<MinReduction, Minimum>(slot, output),
    };

    /// <summary>result = result ∘ partial, element by element.</summary>
    public void Combine(float* result, float* partial, int n)
    {
        nint* arguments = stackalloc nint[3];
        (arguments[0], arguments[1], arguments[2]) = ((nint)result, (nint)partial, (nint)result);
        _combine(arguments, n);
    }

    private static TileFold Of<TReduction, TCombine>(int slot, PlanBuffer output)
        where TReduction : struct, IReduction
        where TCombine : struct, IBinaryOp =>
        new(slot, output, (float)TReduction.Identity, &RowReduce.Row<TReduction>, &ColumnReduce.Run<TReduction>, &BinaryLoop<TCombine>.Run);
}
