namespace Descent.Kernels.Tests;

/// <summary>The channels-last kernels against their definitions, over shapes that overlap, leave gaps, and are padded unevenly.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class Pool2dTests
{
    // Sums of at most 64 numbers below 1 in single precision.
    private const double Tolerance = 1e-5;

    private static readonly Pool2dShape[] Shapes =
    [
        new(1, 1, 1, 1, 1, 1, 1, 1),
        new(2, 6, 28, 28, 2, 2, 2, 2),
        new(3, 16, 10, 10, 2, 2, 2, 2),
        new(2, 19, 9, 11, 3, 3, 2, 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(1, 7, 8, 6, 3, 2, 1, 1, PadTop: 2, PadLeft: 0, PadBottom: 1, PadRight: 1),
        new(2, 33, 7, 7, 2, 2, 3, 3),
        new(1, 5, 6, 6, 6, 6, 1, 1),
        new(4, 3, 5, 9, 1, 4, 2, 3, PadLeft: 3, PadRight: 2),
        new(1, 40, 8, 8, 8, 8, 8, 8),
        new(2, 9, 8, 8, 3, 3, 3, 3, PadBottom: 1, PadRight: 1),
        new(2, 9, 10, 11, 3, 3, 2, 3, PadTop: 1),
        new(1, 64, 33, 35, 3, 3, 2, 2, PadTop: 1, PadLeft: 1),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Shapes.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Max_equals_its_definition(int index)
    {
        Pool2dShape s = Shapes[index].Validated();
        double[] x = Samples.Doubles(s.InputFloats, 1);
        // Equal values within a window, and NaN in some.
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i % 97 == 5 ? double.NaN : Math.Round(x[i] * 4);
        }
        double[] dy = Samples.Doubles(s.OutputFloats, 2), y = new double[dy.Length], dx = new double[x.Length];
        int[] indices = new int[dy.Length];
        MaxPool2dReference.Forward(s, x, y, indices);
        MaxPool2dReference.Backward(s, dy, indices, dx);

        using GuardedArray fx = Input(x, s.C, s.H * s.W), fy = new(y.Length), fi = new(y.Length), fdy = Input(dy, s.C, s.OutH * s.OutW), fdx = new(x.Length);
        Units.All(MaxPool2d.ForwardUnits(s), (a, b) => MaxPool2d.Forward(s, fx.Floats, fy.Floats, fi.Ints, a, b), fy, fi);
        Units.All(MaxPool2d.BackwardUnits(s), (a, b) => MaxPool2d.Backward(s, fdy.Floats, fi.Ints, fdx.Floats, a, b), fdx);
        Close(y, fy, s.C, s.OutH * s.OutW, tolerance: 0);
        Assert.Equal(Samples.ToChannelsLast<int>(indices, s.C, s.OutH * s.OutW), fi.IntSpan.ToArray());
        Close(dx, fdx, s.C, s.H * s.W, Tolerance);

        using GuardedArray withoutIndices = new(y.Length);
        MaxPool2d.Forward(s, fx.Floats, withoutIndices.Floats, null, 0, MaxPool2d.ForwardUnits(s));
        Assert.True(withoutIndices.Bytes.SequenceEqual(fy.Bytes));
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void Average_equals_its_definition(int index)
    {
        Pool2dShape s = Shapes[index].Validated();
        double[] x = Samples.Doubles(s.InputFloats, 1), dy = Samples.Doubles(s.OutputFloats, 2), y = new double[dy.Length], dx = new double[x.Length];
        foreach (bool includePad in (bool[])[false, true])
        {
            AvgPool2dReference.Forward(s, includePad, x, y);
            AvgPool2dReference.Backward(s, includePad, dy, dx);
            using GuardedArray fx = Input(x, s.C, s.H * s.W), fy = new(y.Length), fdy = Input(dy, s.C, s.OutH * s.OutW), fdx = new(x.Length);
            Units.All(AvgPool2d.ForwardUnits(s), (a, b) => AvgPool2d.Forward(s, includePad, fx.Floats, fy.Floats, a, b), fy);
            Units.All(AvgPool2d.BackwardUnits(s), (a, b) => AvgPool2d.Backward(s, includePad, fdy.Floats, fdx.Floats, a, b), fdx);
            Close(y, fy, s.C, s.OutH * s.OutW, Tolerance);
            Close(dx, fdx, s.C, s.H * s.W, Tolerance);
        }
    }

    private static GuardedArray Input(double[] logical, int channels, int pixels) =>
        GuardedArray.Of(Samples.Floats(Samples.ToChannelsLast<double>(logical, channels, pixels)));

    private static void Close(double[] logical, GuardedArray actual, int channels, int pixels, double tolerance)
    {
        double[] expected = Samples.ToChannelsLast<double>(logical, channels, pixels);
        Samples.AssertClose(expected, actual.Span, tolerance);
    }
}
