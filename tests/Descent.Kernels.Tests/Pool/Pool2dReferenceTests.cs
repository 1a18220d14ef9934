namespace Descent.Kernels.Tests;

public sealed class Pool2dReferenceTests
{
    private static readonly Pool2dShape Padded = new(1, 1, 2, 3, 2, 2, 1, 2, PadTop: 1, PadRight: 1);

    [Fact]
    public void Max_takes_the_first_of_equals_and_the_first_NaN()
    {
        double[] y = new double[4];
        int[] indices = new int[4];
        MaxPool2dReference.Forward(Padded, [5, 5, -1, double.NaN, 9, double.NaN], y, indices);
        Assert.Equal([5, -1, double.NaN, double.NaN], y);
        Assert.Equal([0, 2, 3, 5], indices);

        double[] dx = new double[6];
        MaxPool2dReference.Backward(Padded, [1, 2, 3, 4], [0, 2, 0, 5], dx);
        Assert.Equal([4, 0, 2, 0, 0, 4], dx);
    }

    [Fact]
    public void Max_of_minus_infinities_points_into_the_image()
    {
        double[] y = new double[4];
        int[] indices = new int[4];
        MaxPool2dReference.Forward(Padded, Enumerable.Repeat(double.NegativeInfinity, 6).ToArray(), y, indices);
        Assert.Equal([0, 2, 0, 2], indices);
    }

    [Theory]
    [InlineData(false, new[] { 1.5, 3, 3, 4.5 })]
    [InlineData(true, new[] { 0.75, 0.75, 3, 2.25 })]
    public void Average_divides_by_what_counts(bool countIncludePad, double[] expected)
    {
        double[] y = new double[4], dx = new double[6];
        AvgPool2dReference.Forward(Padded, countIncludePad, [1, 2, 3, 4, 5, 6], y);
        Assert.Equal(expected, y);
        AvgPool2dReference.Backward(Padded, countIncludePad, [4, 8, 12, 16], dx);
        // Each window shares its gradient among the pixels that it counts.
        double[] counts = countIncludePad ? [4, 4, 4, 4] : [2, 1, 4, 2];
        double a = 4 / counts[0], b = 8 / counts[1], c = 12 / counts[2], d = 16 / counts[3];
        Assert.Equal([a + c, a + c, b + d, c, c, d], dx);
    }

    [Theory]
    [InlineData(2, 2)] // padding as large as the window: a window would see no pixel
    [InlineData(6, 1)] // window larger than the padded image
    [InlineData(2, -1)]
    public void Shapes_that_are_no_pooling_are_refused(int kernel, int pad)
    {
        var shape = new Pool2dShape(1, 1, 4, 4, kernel, 2, 1, 1, PadTop: pad);
        Assert.StartsWith("pool2d: ", Assert.Throws<ArgumentException>(() => shape.Validated()).Message, StringComparison.Ordinal);
    }
}
