namespace Descent.Kernels.Tests;

/// <summary>The channels-last plans against the definition, on guarded memory, with every split of work.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class Conv2dTests
{
    // Single precision, per term of a sum of numbers below 1: sums here have at most some thousand terms of random sign.
    private const double Rounding = 2e-7;

    public static TheoryData<int> Shapes => ConvShapes.Indices;

    public static TheoryData<int> SmallShapes => ConvShapes.SmallIndices;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_equals_its_definition(int index)
    {
        Conv2dShape s = ConvShapes.All[index];
        double[] x = Samples.Doubles(s.InputFloats, 1), w = Samples.Doubles(s.WeightFloats, 2), y = new double[s.OutputFloats];
        Conv2dReference.Forward(s, x, w, y);
        var plan = new Conv2dForwardPlan(s);
        using GuardedArray packed = Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
        using GuardedArray source = Image(x, s.C, s.H * s.W), target = new(y.Length), workspace = new(plan.WorkspaceFloats(2));
        var args = new ConvolutionArgs { Source = source.Floats, Weights = packed.Floats, Target = target.Floats, Workspace = workspace.Floats };
        Units.All(plan.Units, (a, b) => plan.Run(a, b, worker: a % 2, args), target);
        Samples.AssertClose(Samples.ToChannelsLast<double>(y, s.K, s.OutH * s.OutW), target.Span, Rounding * s.GroupC * s.KernelH * s.KernelW);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BackwardInput_equals_its_definition(int index)
    {
        Conv2dShape s = ConvShapes.All[index];
        double[] dy = Samples.Doubles(s.OutputFloats, 1), w = Samples.Doubles(s.WeightFloats, 2), dx = new double[s.InputFloats];
        Conv2dReference.BackwardInput(s, dy, w, dx);
        var plan = new Conv2dBackwardInputPlan(s);
        using GuardedArray packed = Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
        using GuardedArray source = Image(dy, s.K, s.OutH * s.OutW), target = new(dx.Length), workspace = new(plan.WorkspaceFloats(2));
        var args = new ConvolutionArgs { Source = source.Floats, Weights = packed.Floats, Target = target.Floats, Workspace = workspace.Floats };
        Units.All(plan.Units, (a, b) => plan.Run(a, b, worker: a % 2, args), target);
        Samples.AssertClose(Samples.ToChannelsLast<double>(dx, s.C, s.H * s.W), target.Span, Rounding * s.GroupK * s.KernelH * s.KernelW);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BackwardWeight_equals_its_definition(int index)
    {
        Conv2dShape s = ConvShapes.All[index];
        double[] x = Samples.Doubles(s.InputFloats, 1), dy = Samples.Doubles(s.OutputFloats, 2), dw = new double[s.WeightFloats], db = new double[s.K];
        Conv2dReference.BackwardWeight(s, x, dy, dw);
        Conv2dReference.BackwardBias(s, dy, db);
        var plan = new Conv2dBackwardWeightPlan(s);
        using GuardedArray input = Image(x, s.C, s.H * s.W), gradient = Image(dy, s.K, s.OutH * s.OutW);
        using GuardedArray weight = new(dw.Length), bias = new(s.K), workspace = new(plan.WorkspaceFloats(2));
        var args = new WeightGradientArgs { X = input.Floats, Dy = gradient.Floats, Dw = weight.Floats, Db = bias.Floats, Workspace = workspace.Floats };
        byte[]? expected = null;
        // The phases' outputs lie in the workspace, so all three run for each split.
        foreach (int step in (int[])[1, 3, int.MaxValue])
        {
            workspace.Span.Fill(float.NaN);
            weight.Span.Fill(float.NaN);
            bias.Span.Fill(float.NaN);
            Units.Backwards(plan.Units, step, (a, b) => plan.Run(a, b, worker: a % 2, args));
            Units.Backwards(plan.CombineUnits, step, (a, b) => plan.RunCombine(a, b, args));
            Units.Backwards(plan.StoreUnits, step, (a, b) => plan.RunStore(a, b, args));
            double terms = s.N * s.OutH * s.OutW;
            Samples.AssertClose(dw, weight.Span, Rounding * terms);
            Samples.AssertClose(db, bias.Span, Rounding * terms);
            byte[] bits = [.. weight.Bytes, .. bias.Bytes];
            Assert.True(bits.AsSpan().SequenceEqual(expected ??= bits), $"The gradient depends on the split of work (units by {step}).");
        }
    }

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Epilogues_act_on_the_finished_sums(int index)
    {
        Conv2dShape s = ConvShapes.All[index];
        using GuardedArray x = Image(Samples.Doubles(s.InputFloats, 1), s.C, s.H * s.W), plain = new(s.OutputFloats), target = new(s.OutputFloats);
        using GuardedArray scale = GuardedArray.Of(Samples.Floats(Samples.Doubles(s.K, 4))), shift = GuardedArray.Of(Samples.Floats(Samples.Doubles(s.K, 5)));
        using GuardedArray other = GuardedArray.Of(Samples.Floats(Samples.Doubles(s.OutputFloats, 6)));
        foreach (Epilogue epilogue in Enum.GetValues<Epilogue>())
        {
            var plan = new Conv2dForwardPlan(s, epilogue);
            using GuardedArray packed = Pack(Samples.Doubles(s.WeightFloats, 2), plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
            using GuardedArray workspace = new(plan.WorkspaceFloats(1));
            var args = new ConvolutionArgs
            {
                Source = x.Floats,
                Weights = packed.Floats,
                Target = epilogue == Epilogue.None ? plain.Floats : target.Floats,
                Scale = scale.Floats,
                Shift = shift.Floats,
                Other = other.Floats,
                Workspace = workspace.Floats,
            };
            plan.Run(0, plan.Units, 0, args);
            if (epilogue == Epilogue.None)
            {
                continue;
            }
            double[] expected = new double[plain.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = Finish(epilogue, plain.Span[i], scale.Span[i % s.K], shift.Span[i % s.K], other.Span[i]);
            }
            Samples.AssertClose(expected, target.Span, 1e-6 * Math.Max(1, s.GroupC * s.KernelH));
        }
    }

    [Fact]
    public void A_rectifier_after_a_convolution_keeps_NaN()
    {
        foreach (int channels in (int[])[1, 8, 37])
        {
            // Depthwise where there are several channels, else through the matrix kernels.
            var s = new Conv2dShape(1, channels, 1, 1, channels, 1, 1, Groups: channels);
            var plan = new Conv2dForwardPlan(s, Epilogue.BiasRelu);
            double[] w = new double[channels];
            Array.Fill(w, double.NaN);
            using GuardedArray packed = Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
            using GuardedArray x = new(channels), y = new(channels), bias = new(channels), workspace = new(plan.WorkspaceFloats(1));
            var args = new ConvolutionArgs { Source = x.Floats, Weights = packed.Floats, Target = y.Floats, Shift = bias.Floats, Workspace = workspace.Floats };
            plan.Run(0, plan.Units, 0, args);
            Assert.All(y.Span.ToArray(), v => Assert.True(float.IsNaN(v)));
        }
    }

    private static double Finish(Epilogue epilogue, double c, double scale, double shift, double other) => epilogue switch
    {
        Epilogue.Bias => c + shift,
        Epilogue.BiasRelu => Math.Max(c + shift, 0),
        Epilogue.ScaleShift => (c * scale) + shift,
        Epilogue.ScaleShiftRelu => Math.Max((c * scale) + shift, 0),
        Epilogue.Residual => (c * scale) + shift + other,
        Epilogue.ResidualRelu => Math.Max((c * scale) + shift + other, 0),
        Epilogue.ReluMask => other > 0 ? c : 0,
        _ => c,
    };

    private static GuardedArray Image(double[] logical, int channels, int pixels) =>
        GuardedArray.Of(Samples.Floats(Samples.ToChannelsLast<double>(logical, channels, pixels)));

    private static GuardedArray Pack(double[] weights, int units, long floats, Packer pack)
    {
        using GuardedArray logical = GuardedArray.Of(Samples.Floats(weights));
        var packed = new GuardedArray(floats);
        // Filling that is read although it should not be shows up as NaN.
        packed.Span.Fill(float.NaN);
        for (int unit = units - 1; unit >= 0; unit--)
        {
            pack(logical.Floats, packed.Floats, unit, unit + 1);
        }
        return packed;
    }

    private delegate void Packer(float* weights, float* packed, int firstUnit, int lastUnit);
}
