namespace Descent.Kernels.Tests;

public sealed class Conv2dReferenceTests
{
    [Fact]
    public void Forward_gives_the_values_worked_out_by_hand()
    {
        // x = 1..9 in a 3×3 image, kernel [[1, 2], [3, 4]], a zero column to the left.
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        double[] y = new double[6];
        Conv2dReference.Forward(new Conv2dShape(1, 1, 3, 3, 1, 2, 2, PadLeft: 1), x, [1, 2, 3, 4], y);
        Assert.Equal([(2 * 1) + (4 * 4), 37, 47, (2 * 4) + (4 * 7), 67, 77], y);

        // Stride and dilation pick single pixels: y[0] = 1·1 + 2·3 + 3·7 + 4·9.
        double[] picked = new double[1];
        Conv2dReference.Forward(new Conv2dShape(1, 1, 3, 3, 1, 2, 2, StrideH: 2, StrideW: 2, DilationH: 2, DilationW: 2), x, [1, 2, 3, 4], picked);
        Assert.Equal([64.0], picked);

        // Two groups of one channel: each output channel sees its own input channel.
        double[] grouped = new double[2];
        Conv2dReference.Forward(new Conv2dShape(1, 2, 1, 1, 2, 1, 1, Groups: 2), [10, 20], [3, 5], grouped);
        Assert.Equal([30.0, 100.0], grouped);
    }

    [Theory]
    [MemberData(nameof(ConvShapes.Indices), MemberType = typeof(ConvShapes))]
    public void Backward_is_adjoint_to_forward(int index)
    {
        // ⟨dy, conv(x, w)⟩ = ⟨conv's gradient by x, x⟩ = ⟨conv's gradient by w, w⟩, since convolution is linear in either.
        Conv2dShape s = ConvShapes.All[index].Validated();
        double[] x = Samples.Doubles(s.InputFloats, 1), w = Samples.Doubles(s.WeightFloats, 2), dy = Samples.Doubles(s.OutputFloats, 3);
        double[] y = new double[dy.Length], dx = new double[x.Length], dw = new double[w.Length];
        Conv2dReference.Forward(s, x, w, y);
        Conv2dReference.BackwardInput(s, dy, w, dx);
        Conv2dReference.BackwardWeight(s, x, dy, dw);
        double expected = Dot(dy, y);
        Assert.Equal(expected, Dot(dx, x), 1e-9 * dy.Length);
        Assert.Equal(expected, Dot(dw, w), 1e-9 * dy.Length);
    }

    [Theory]
    [InlineData(5, 1, 0, 1)] // kernel of 5 rows on 3 + 1 rows
    [InlineData(3, 2, 0, 1)] // 3 taps 2 apart span 5 rows
    [InlineData(1, 1, -1, 1)]
    [InlineData(1, 1, 0, 2)] // 3 channels in 2 groups
    public void Shapes_that_are_no_convolution_are_refused(int kernel, int dilation, int pad, int groups)
    {
        var shape = new Conv2dShape(1, 3, 3, 8, 4, kernel, 1, PadTop: pad, PadBottom: pad + 1, DilationH: dilation, Groups: groups);
        Assert.StartsWith("conv2d: ", Assert.Throws<ArgumentException>(() => shape.Validated()).Message, StringComparison.Ordinal);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();
}
