namespace Descent.Kernels.Tests;

/// <summary>The fused convolution and pooling against the definitions of both, one after the other, on guarded memory and with every split of work.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class ConvPoolTests
{
    // Inputs are small multiples of ¼, so that every sum is exact and both sides choose the same maxima.
    private const double Exact = 0;

    private static readonly ConvPoolShape[] Shapes =
    [
        // LeNet-5's two: vectors over columns, and over channels.
        Of(new(N: 3, C: 1, H: 28, W: 28, K: 6, KernelH: 5, KernelW: 5, PadTop: 2, PadLeft: 2, PadBottom: 2, PadRight: 2), 2, 2),
        Of(new(N: 3, C: 6, H: 14, W: 14, K: 16, KernelH: 5, KernelW: 5), 2, 2),
        Of(new(N: 1, C: 1, H: 1, W: 1, K: 1, KernelH: 1, KernelW: 1), 1, 1),
        Of(new(N: 18, C: 1, H: 9, W: 75, K: 4, KernelH: 3, KernelW: 4, PadTop: 1, PadLeft: 0, PadBottom: 0, PadRight: 3), 2, 2),
        Of(new(N: 2, C: 1, H: 17, W: 40, K: 5, KernelH: 3, KernelW: 3, StrideH: 2, StrideW: 1), 3, 3),
        Of(new(N: 2, C: 1, H: 20, W: 31, K: 2, KernelH: 3, KernelW: 2, StrideW: 2, DilationH: 2, PadLeft: 1), 1, 2),
        Of(new(N: 2, C: 1, H: 13, W: 12, K: 32, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), 2, 2),
        Of(new(N: 2, C: 3, H: 32, W: 32, K: 20, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), 2, 2),
        Of(new(N: 17, C: 2, H: 11, W: 9, K: 7, KernelH: 2, KernelW: 3, StrideH: 1, StrideW: 2, PadTop: 0, PadLeft: 2, PadBottom: 1, PadRight: 0), 2, 2),
        Of(new(N: 1, C: 15, H: 12, W: 13, K: 33, KernelH: 3, KernelW: 3, DilationH: 2), 3, 2),
        Of(new(N: 2, C: 4, H: 16, W: 15, K: 17, KernelH: 1, KernelW: 7, StrideH: 2, StrideW: 1), 2, 2, strideH: 3, strideW: 4),
        Of(new(N: 1, C: 5, H: 7, W: 7, K: 3, KernelH: 5, KernelW: 5, PadTop: 4, PadLeft: 4, PadBottom: 4, PadRight: 4), 5, 1),

        // A window of many columns, for each of which no weights are packed.
        Of(new(N: 2, C: 3, H: 9, W: 22, K: 5, KernelH: 2, KernelW: 3, PadLeft: 1), 2, 7),
    ];

    public static TheoryData<int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, bool>();
            for (int i = 0; i < Shapes.Length; i++)
            {
                cases.Add(i, false);
                cases.Add(i, true);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_equals_convolution_then_pooling(int index, bool rectifies)
    {
        var c = new Case(Shapes[index], rectifies);
        var plan = new ConvPoolForwardPlan(c.Shape, rectifies);
        using GuardedArray x = c.Image(c.X, c.Shape.Conv.C, c.Shape.Conv.H * c.Shape.Conv.W), bias = GuardedArray.Of(Samples.Floats(c.Bias));
        using GuardedArray packed = Pack(c.W, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
        using GuardedArray y = new(c.Y.Length), places = new(c.Y.Length), workspace = new(plan.WorkspaceFloats(2));
        var args = new ConvPoolArgs { X = x.Floats, Weights = packed.Floats, Bias = bias.Floats, Y = y.Floats, Places = places.Floats, Workspace = workspace.Floats };
        Units.All(plan.Units, (a, b) => plan.Run(a, b, worker: a % 2, args), y, places);
        Samples.AssertClose(c.Pooled(c.Y), y.Span, Exact);
        double[] ordered = c.InPlaceOrder(c.Y), expected = c.InPlaceOrder(c.Places);
        for (int i = 0; i < expected.Length; i++)
        {
            // What the rectifier stops may have stood anywhere.
            Assert.True(expected[i] == places.Span[i] || (rectifies && ordered[i] == 0), $"Place {i} is {places.Span[i]}, not {expected[i]}.");
        }

        using GuardedArray alone = new(c.Y.Length);
        plan.Run(0, plan.Units, 0, args with { Y = alone.Floats, Places = null });
        Assert.True(alone.Bytes.SequenceEqual(y.Bytes), "Without places y must be the same.");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weight_and_bias_gradients_equal_their_definitions(int index, bool rectifies)
    {
        var c = new Case(Shapes[index], rectifies);
        double[] dw = new double[c.W.Length], db = new double[c.Bias.Length];
        Conv2dReference.BackwardWeight(c.Shape.Conv, c.X, c.Unpooled, dw);
        Conv2dReference.BackwardBias(c.Shape.Conv, c.Unpooled, db);
        var plan = new ConvPoolBackwardWeightPlan(c.Shape);
        using GuardedArray x = c.Image(c.X, c.Shape.Conv.C, c.Shape.Conv.H * c.Shape.Conv.W), dy = GuardedArray.Of(Samples.Floats(c.Pooled(c.Dy)));
        using GuardedArray y = GuardedArray.Of(Samples.Floats(c.Pooled(c.Y))), places = GuardedArray.Of(Samples.Floats(c.InPlaceOrder(c.Places)));
        using GuardedArray weight = new(dw.Length), gradient = new(db.Length), workspace = new(plan.WorkspaceFloats(2));
        var args = new ConvPoolArgs
        {
            X = x.Floats,
            Dy = dy.Floats,
            Y = rectifies ? y.Floats : null,
            Places = places.Floats,
            Dw = weight.Floats,
            Db = gradient.Floats,
            Workspace = workspace.Floats,
        };
        foreach (int step in (int[])[1, 3, int.MaxValue])
        {
            workspace.Span.Fill(float.NaN);
            weight.Span.Fill(float.NaN);
            gradient.Span.Fill(float.NaN);
            Units.Backwards(plan.Units, step, (a, b) => plan.Run(a, b, worker: a % 2, args));
            Units.Backwards(plan.FinishUnits, step, (a, b) => plan.RunFinish(a, b, args));
            Samples.AssertClose(dw, weight.Span, Exact);
            Samples.AssertClose(db, gradient.Span, Exact);
        }

        plan.Run(0, plan.Units, 0, args);
        weight.Span.Fill(float.NaN);
        plan.RunFinish(0, plan.FinishUnits, args with { Db = null });
        Samples.AssertClose(dw, weight.Span, Exact);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Input_gradient_equals_its_definition(int index, bool rectifies)
    {
        var c = new Case(Shapes[index], rectifies);
        double[] dx = new double[c.X.Length];
        Conv2dReference.BackwardInput(c.Shape.Conv, c.Unpooled, c.W, dx);
        var plan = new ConvPoolBackwardInputPlan(c.Shape);
        using GuardedArray packed = Pack(c.W, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights), dy = GuardedArray.Of(Samples.Floats(c.Pooled(c.Dy)));
        using GuardedArray y = GuardedArray.Of(Samples.Floats(c.Pooled(c.Y))), places = GuardedArray.Of(Samples.Floats(c.Pooled(c.Places)));
        using GuardedArray target = new(dx.Length), workspace = new(plan.WorkspaceFloats(2));
        var args = new ConvPoolArgs
        {
            Weights = packed.Floats,
            Dy = dy.Floats,
            Y = rectifies ? y.Floats : null,
            Places = places.Floats,
            Dx = target.Floats,
            Workspace = workspace.Floats,
        };
        Units.All(plan.Units, (a, b) => plan.Run(a, b, worker: a % 2, args), target);
        Samples.AssertClose(Samples.ToChannelsLast<double>(dx, c.Shape.Conv.C, c.Shape.Conv.H * c.Shape.Conv.W), target.Span, Exact);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_first_NaN_of_a_window_wins_and_infinities_stay_in_their_windows(int index)
    {
        ConvPoolShape shape = Shapes[index];
        Conv2dShape s = shape.Conv;
        double[] x = new double[s.InputFloats], w = new double[s.WeightFloats], y = new double[s.OutputFloats];
        Array.Fill(w, 1);
        x[(3 * s.W) + 4] = double.NaN;
        x[(s.H * s.W) - 1] = double.PositiveInfinity;
        Conv2dReference.Forward(s, x, w, y);
        double[] pooled = new double[shape.OutputFloats];
        int[] indices = new int[pooled.Length];
        MaxPool2dReference.Forward(shape.Pool, y, pooled, indices);
        var plan = new ConvPoolForwardPlan(shape, rectifies: false);
        using GuardedArray packed = Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
        using GuardedArray image = GuardedArray.Of(Samples.Floats(Samples.ToChannelsLast<double>(x, s.C, s.H * s.W)));
        using GuardedArray target = new(pooled.Length), places = new(pooled.Length), workspace = new(plan.WorkspaceFloats(1));
        plan.Run(0, plan.Units, 0, new() { X = image.Floats, Weights = packed.Floats, Y = target.Floats, Places = places.Floats, Workspace = workspace.Floats });
        double[] expected = Samples.ToChannelsLast<double>(pooled, s.K, shape.Pool.OutH * shape.Pool.OutW);
        Assert.Contains(double.PositiveInfinity, expected);
        Assert.Contains(double.NaN, expected);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal((float)expected[i], target.Span[i]);
        }
        double[] order = Case.Placed(shape, indices);
        Samples.AssertClose(shape.IsOverColumns ? order : Samples.ToChannelsLast<double>(order, s.K, shape.Pool.OutH * shape.Pool.OutW), places.Span, Exact);
    }

    [Fact]
    public void Windows_that_overlap_and_many_channels_are_not_supported()
    {
        Conv2dShape conv = new(1, 3, 12, 12, 4, 3, 3);
        Assert.True(Of(conv, 2, 2).IsSupported);
        Assert.False(Of(conv, 3, 3, strideH: 2, strideW: 3).IsSupported);
        Assert.False(Of(conv with { DilationW = 2 }, 2, 2).IsSupported);
        Assert.False(Of(conv with { C = 16 }, 2, 2).IsSupported);
        Assert.False((Of(conv, 2, 2) with { Pool = new(1, 4, 10, 10, 2, 2, 2, 2, PadTop: 1) }).IsSupported);
    }

    private static ConvPoolShape Of(Conv2dShape conv, int kernelH, int kernelW, int? strideH = null, int? strideW = null) =>
        new(conv, new Pool2dShape(conv.N, conv.K, conv.OutH, conv.OutW, kernelH, kernelW, strideH ?? kernelH, strideW ?? kernelW).Validated());

    private static GuardedArray Pack(double[] weights, int units, long floats, Packer pack)
    {
        using GuardedArray logical = GuardedArray.Of(Samples.Floats(weights));
        var packed = new GuardedArray(floats);
        packed.Span.Fill(float.NaN);
        for (int unit = units - 1; unit >= 0; unit--)
        {
            pack(logical.Floats, packed.Floats, unit, unit + 1);
        }
        return packed;
    }

    private delegate void Packer(float* weights, float* packed, int firstUnit, int lastUnit);

    /// <summary>Numbers, and what the definitions make of them, in logical order.</summary>
    private sealed class Case
    {
        public Case(ConvPoolShape shape, bool rectifies)
        {
            Shape = shape;
            Assert.True(shape.IsSupported);
            Conv2dShape s = shape.Conv;
            (X, W, Bias, Dy) = (Quarters(s.InputFloats, 1), Quarters(s.WeightFloats, 2), Quarters(s.K, 3), Quarters(shape.OutputFloats, 4));
            double[] image = new double[s.OutputFloats];
            Conv2dReference.Forward(s, X, W, image);
            int plane = s.OutH * s.OutW;
            for (int i = 0; i < image.Length; i++)
            {
                image[i] += Bias[i / plane % s.K];
                image[i] = rectifies ? Math.Max(image[i], 0) : image[i];
            }
            Y = new double[shape.OutputFloats];
            int[] indices = new int[Y.Length];
            MaxPool2dReference.Forward(shape.Pool, image, Y, indices);
            Places = Placed(shape, indices);
            Unpooled = new double[image.Length];
            double[] gated = [.. Dy.Select((g, i) => rectifies && Y[i] <= 0 ? 0 : g)];
            MaxPool2dReference.Backward(shape.Pool, gated, indices, Unpooled);
        }

        public ConvPoolShape Shape { get; }

        public double[] X { get; }

        public double[] W { get; }

        public double[] Bias { get; }

        public double[] Dy { get; }

        public double[] Y { get; }

        public double[] Places { get; }

        /// <summary>The gradient of the convolution's output.</summary>
        public double[] Unpooled { get; }

        public GuardedArray Image(double[] logical, int channels, int pixels) =>
            GuardedArray.Of(Samples.Floats(Samples.ToChannelsLast<double>(logical, channels, pixels)));

        public double[] Pooled(double[] logical) => Samples.ToChannelsLast<double>(logical, Shape.Conv.K, Shape.Pool.OutH * Shape.Pool.OutW);

        /// <summary>In the order in which places lie.</summary>
        public double[] InPlaceOrder(double[] logical) => Shape.IsOverColumns ? logical : Pooled(logical);

        public static double[] Placed(ConvPoolShape shape, int[] indices)
        {
            Pool2dShape pool = shape.Pool;
            return
            [
                .. indices.Select((index, i) =>
                {
                    int q = i % pool.OutW, p = i / pool.OutW % pool.OutH;
                    (int h, int w) = Math.DivRem(index, pool.W);
                    return (double)(((h - (p * pool.StrideH)) * pool.KernelW) + w - (q * pool.StrideW));
                }),
            ];
        }

        private static double[] Quarters(long length, int seed)
        {
            var random = new Random(seed);
            double[] values = new double[length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (random.Next(17) - 8) / 4.0;
            }
            return values;
        }
    }
}
