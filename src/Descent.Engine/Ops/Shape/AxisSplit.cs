namespace Descent;

/// <summary>A row-major shape seen around one axis: element (o, j, i) lies at (o·size + j)·inner + i.</summary>
internal readonly record struct AxisSplit(int Outer, int Size, int Inner)
{
    public static AxisSplit Of(Shape shape, int axis)
    {
        int outer = 1, inner = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }

        return new AxisSplit(outer, shape[axis], inner);
    }
}
