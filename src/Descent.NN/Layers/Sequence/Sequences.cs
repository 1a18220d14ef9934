namespace Descent;

/// <summary>Sequences of different lengths in one batch, and what layers of sequences ask of their input.</summary>
public static class Sequences
{
    /// <summary>
    /// The mask of attention that hides what lies behind the end of each sequence: true where a key is seen.
    /// </summary>
    /// <remarks>Shapes: lengths (N), u8, i32 or i64 → bool (N, 1, 1, steps), which serves all heads and queries.</remarks>
    /// <param name="lengths">Of the sequences, each from 1 to steps: a query that sees no key is NaN.</param>
    /// <param name="steps">T, to which all sequences are filled up.</param>
    /// <exception cref="ShapeException">The lengths are not one integer for each sequence.</exception>
    public static Tensor PaddingMask(Tensor lengths, int steps)
    {
        if (lengths.Rank != 1 || lengths.DType is not (DType.U8 or DType.I32 or DType.I64))
        {
            throw new ShapeException($"PaddingMask: lengths must be (N), u8, i32 or i64, but they are {lengths.Type}.");
        }

        Tensor position = Tensor.From([.. Enumerable.Range(0, Require.Positive(steps))], new(1, 1, 1, steps), lengths.Device);
        return position < lengths.Reshape(lengths.Shape[0], 1, 1, 1).To(DType.I32);
    }

    /// <exception cref="ShapeException">x is not (N, T, width).</exception>
    internal static void MustBe(Tensor x, string layer, int width)
    {
        if (x.Rank != 3 || x.Shape[2] != width)
        {
            throw new ShapeException($"{layer}: input must be (N, T, {width}), but it is {x.Type}.");
        }
    }
}
