namespace Descent;

/// <summary>What all ops that read indices ask of them.</summary>
internal static class Indices
{
    /// <exception cref="ShapeException">The type is not i32 or i64.</exception>
    public static void MustBeInteger(TensorType type, string op)
    {
        if (type.DType is not (DType.I32 or DType.I64))
        {
            throw new ShapeException($"{op}: indices must be i32 or i64, not {type}; cast them with To(DType.I64).");
        }
    }

    /// <summary>The index, which lies in [0, size).</summary>
    /// <exception cref="IndexException">It does not; the message names the position among the indices.</exception>
    public static int In(double index, int size, Shape indices, int position, string op) => index >= 0 && index < size
        ? (int)index
        : throw new IndexException($"{op}: index {index} at {Place(indices, position)} does not lie in [0, {size}).");

    /// <summary>The flat position as one number per axis.</summary>
    public static string Place(Shape shape, int position)
    {
        int[] place = new int[shape.Rank];
        for (int axis = place.Length - 1; axis >= 0; axis--)
        {
            (position, place[axis]) = Math.DivRem(position, shape[axis]);
        }

        return $"({string.Join(", ", place)})";
    }
}
