using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>Writes a tensor as nested brackets.</summary>
internal static class TensorText
{
    private const int Edge = 3;

    public static string Of(Tensor tensor)
    {
        Storage value = tensor.Computed("ToString");
        double[] numbers = Values.ToDouble(value);
        var text = new StringBuilder(tensor.Type.ToString()).Append(' ');
        Write(text, tensor.Shape, 0, numbers, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Shape shape, int axis, ReadOnlySpan<double> numbers, long offset)
    {
        if (axis == shape.Rank)
        {
            text.Append(numbers[(int)offset].ToString("G5", CultureInfo.InvariantCulture));
            return;
        }

        long inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            inner *= shape[i];
        }

        text.Append('[');
        for (int i = 0; i < shape[axis]; i++)
        {
            if (i > 0)
            {
                text.Append(", ");
            }

            if (i == Edge && shape[axis] > 2 * Edge + 1)
            {
                text.Append('…');
                i = shape[axis] - Edge - 1;
                continue;
            }

            Write(text, shape, axis + 1, numbers, offset + (i * inner));
        }

        text.Append(']');
    }
}
