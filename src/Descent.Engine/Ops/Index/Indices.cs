using System.Globalization;

namespace Descent;

/// <summary>What all ops that read indices ask of them.</summary>
internal static class Indices
{
    /// <exception cref="ShapeException">The type is not u8, i32 or i64.</exception>
    public static void MustBeInteger(TensorType type, string op)
    {
        if (type.DType is not (DType.U8 or DType.I32 or DType.I64))
        {
            throw new ShapeException($"{op}: indices must be u8, i32 or i64, not {type}; cast them with To(DType.I64).");
        }
    }

    /// <summary>The index, which lies in [0, size).</summary>
    /// <exception cref="IndexException">It does not; the message names the position among the indices.</exception>
    public static int In(double index, int size, Shape indices, int position, string op) =>
        index >= 0 && index < size ? (int)index : throw Outside(index, size, indices, position, op);

    /// <summary>Names the first index that lies outside [0, size) and is not the one to be left out.</summary>
    /// <exception cref="IndexException">Always, where there is such an index.</exception>
    public static void ThrowFirstOutside(ReadOnlySpan<long> indices, int size, Shape shape, string op, long? ignored = null)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((indices[i] < 0 || indices[i] >= size) && indices[i] != ignored)
            {
                throw Outside(indices[i], size, shape, i, op);
            }
        }
    }

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

    private static IndexException Outside(IFormattable index, int size, Shape indices, int position, string op) => new(
        $"{op}: index {index.ToString(null, CultureInfo.InvariantCulture)} at {Place(indices, position)} does not lie in [0, {size}).");
}
