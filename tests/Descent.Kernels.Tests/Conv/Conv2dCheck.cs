namespace Descent.Kernels.Tests;

/// <summary>
/// Every algorithm that serves a shape against the definition, within its stated error, on guarded memory, with every split of work, the
/// workspace full of NaN.
/// </summary>
internal static unsafe class Conv2dCheck
{
    public static void Forward(Conv2dShape s)
    {
        double[] x = Samples.Doubles(s.InputFloats, 1), w = Samples.Doubles(s.WeightFloats, 2), y = new double[s.OutputFloats];
        Conv2dReference.Forward(s, x, w, y);
        using GuardedArray source = Image(x, s.C, s.H * s.W), target = new(y.Length);
        double[] expected = Samples.ToChannelsLast<double>(y, s.K, s.OutH * s.OutW);
        foreach (Conv2dCandidate candidate in Conv2dAlgorithms.For(s, Conv2dPass.Forward))
        {
            var plan = new Conv2dForwardPlan(s, candidate.Algorithm);
            using GuardedArray packed = Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights), workspace = NaN(plan.WorkspaceFloats(2));
            var args = new ConvolutionArgs { Source = source.Floats, Weights = packed.Floats, Target = target.Floats, Workspace = workspace.Floats };
            Units.All(plan.Phases, plan.Units, (phase, a, b) => plan.Run(phase, a, b, worker: a % 2, args), target);
            Samples.AssertClose(expected, target.Span, Tolerance(candidate, (double)s.GroupC * s.KernelH * s.KernelW));
        }
    }

    public static void BackwardInput(Conv2dShape s)
    {
        double[] dy = Samples.Doubles(s.OutputFloats, 1), w = Samples.Doubles(s.WeightFloats, 2), dx = new double[s.InputFloats];
        Conv2dReference.BackwardInput(s, dy, w, dx);
        using GuardedArray source = Image(dy, s.K, s.OutH * s.OutW), target = new(dx.Length);
        double[] expected = Samples.ToChannelsLast<double>(dx, s.C, s.H * s.W);
        foreach (Conv2dCandidate candidate in Conv2dAlgorithms.For(s, Conv2dPass.BackwardInput))
        {
            var plan = new Conv2dBackwardInputPlan(s, candidate.Algorithm);
            using GuardedArray packed = Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights), workspace = NaN(plan.WorkspaceFloats(2));
            var args = new ConvolutionArgs { Source = source.Floats, Weights = packed.Floats, Target = target.Floats, Workspace = workspace.Floats };
            Units.All(plan.Phases, plan.Units, (phase, a, b) => plan.Run(phase, a, b, worker: a % 2, args), target);
            Samples.AssertClose(expected, target.Span, Tolerance(candidate, (double)s.GroupK * s.KernelH * s.KernelW));
        }
    }

    public static void BackwardWeight(Conv2dShape s)
    {
        double[] x = Samples.Doubles(s.InputFloats, 1), dy = Samples.Doubles(s.OutputFloats, 2), dw = new double[s.WeightFloats], db = new double[s.K];
        Conv2dReference.BackwardWeight(s, x, dy, dw);
        Conv2dReference.BackwardBias(s, dy, db);
        using GuardedArray input = Image(x, s.C, s.H * s.W), gradient = Image(dy, s.K, s.OutH * s.OutW), weight = new(dw.Length), bias = new(s.K);
        double terms = (double)s.N * s.OutH * s.OutW;
        foreach (Conv2dCandidate candidate in Conv2dAlgorithms.For(s, Conv2dPass.BackwardWeight))
        {
            var plan = new Conv2dBackwardWeightPlan(s, candidate.Algorithm);
            using GuardedArray workspace = new(plan.WorkspaceFloats(2));
            var args = new WeightGradientArgs { X = input.Floats, Dy = gradient.Floats, Dw = weight.Floats, Db = bias.Floats, Workspace = workspace.Floats };
            byte[]? expectedBits = null;
            // The phases' outputs lie in the workspace, so all run for each split.
            foreach (int step in (int[])[1, 3, int.MaxValue])
            {
                workspace.Span.Fill(float.NaN);
                weight.Span.Fill(float.NaN);
                bias.Span.Fill(float.NaN);
                for (int phase = 0; phase < plan.Phases; phase++)
                {
                    Units.Backwards(plan.Units(phase), step, (a, b) => plan.Run(phase, a, b, worker: a % 2, args));
                }

                Samples.AssertClose(dw, weight.Span, Tolerance(candidate, terms));
                Samples.AssertClose(db, bias.Span, Tolerance(candidate, 3 * terms));
                byte[] bits = [.. weight.Bytes, .. bias.Bytes];
                Assert.True(bits.AsSpan().SequenceEqual(expectedBits ??= bits), $"The gradient depends on the split of work (units by {step}).");
            }
        }
    }

    /// <summary>Each epilogue of the forward pass against the same done to the result without one.</summary>
    public static void Epilogues(Conv2dShape s)
    {
        using GuardedArray x = Image(Samples.Doubles(s.InputFloats, 1), s.C, s.H * s.W), plain = new(s.OutputFloats), target = new(s.OutputFloats);
        using GuardedArray scale = GuardedArray.Of(Samples.Floats(Samples.Doubles(s.K, 4))), shift = GuardedArray.Of(Samples.Floats(Samples.Doubles(s.K, 5)));
        using GuardedArray other = GuardedArray.Of(Samples.Floats(Samples.Doubles(s.OutputFloats, 6)));
        foreach (Conv2dCandidate candidate in Conv2dAlgorithms.For(s, Conv2dPass.Forward))
        {
            foreach (Epilogue epilogue in Enum.GetValues<Epilogue>())
            {
                var plan = new Conv2dForwardPlan(s, candidate.Algorithm, epilogue);
                using GuardedArray packed = Pack(Samples.Doubles(s.WeightFloats, 2), plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
                using GuardedArray workspace = NaN(plan.WorkspaceFloats(1));
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
                plan.RunAll(args);
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
    }

    /// <summary>Winograd's passes for several threads, unit by unit, give the bits of those for one.</summary>
    public static void SharedWinograd(Conv2dShape s)
    {
        using GuardedArray x = Image(Samples.Doubles(s.InputFloats, 1), s.C, s.H * s.W), dy = Image(Samples.Doubles(s.OutputFloats, 2), s.K, s.OutH * s.OutW);
        Assert.Equal(WinogradForward(s, x, shared: false), WinogradForward(s, x, shared: true));
        Assert.Equal(BackwardInput(shared: false), BackwardInput(shared: true));
        Assert.Equal(WinogradBackwardWeight(s, x, dy, shared: false), WinogradBackwardWeight(s, x, dy, shared: true));

        byte[] BackwardInput(bool shared)
        {
            var plan = new Conv2dBackwardInputPlan(s, Conv2dAlgorithm.Winograd, Epilogue.None, shared);
            using GuardedArray packed = Pack(Samples.Doubles(s.WeightFloats, 3), plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
            var args = new ConvolutionArgs { Source = dy.Floats, Weights = packed.Floats };
            return Convolve(plan.Phases, plan.Units, plan.Run, args, s.InputFloats, plan.WorkspaceFloats(2));
        }
    }

    /// <summary>Winograd's passes over x with a prologue give the bits of those over what the prologue makes of x.</summary>
    public static void Prologue(Conv2dShape s)
    {
        float[] scales = Samples.Floats(Samples.Doubles(s.C, 4)), shifts = Samples.Floats(Samples.Doubles(s.C, 5));
        using GuardedArray x = Image(Samples.Doubles(s.InputFloats, 1), s.C, s.H * s.W), dy = Image(Samples.Doubles(s.OutputFloats, 2), s.K, s.OutH * s.OutW);
        using GuardedArray scale = GuardedArray.Of(scales), shift = GuardedArray.Of(shifts), rectified = new(s.InputFloats);
        for (int i = 0; i < rectified.Length; i++)
        {
            // Tiers without fused multiply-adds round twice.
            float product = FusedMultiplyAdd.IsSupported ? MathF.FusedMultiplyAdd(x.Span[i], scales[i % s.C], shifts[i % s.C])
                : (x.Span[i] * scales[i % s.C]) + shifts[i % s.C];
            rectified.Span[i] = Math.Max(product, 0);
        }

        foreach (bool shared in (bool[])[false, true])
        {
            Assert.Equal(WinogradForward(s, rectified, shared), WinogradForward(s, x, shared, scale, shift));
            Assert.Equal(WinogradBackwardWeight(s, rectified, dy, shared), WinogradBackwardWeight(s, x, dy, shared, scale, shift));
        }
    }

    private static byte[] WinogradForward(Conv2dShape s, GuardedArray x, bool shared, GuardedArray? scale = null, GuardedArray? shift = null)
    {
        var plan = new Conv2dForwardPlan(s, Conv2dAlgorithm.Winograd, Epilogue.None, shared, PrologueOf(scale));
        using GuardedArray packed = Pack(Samples.Doubles(s.WeightFloats, 3), plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
        var args = new ConvolutionArgs { Source = x.Floats, SourceScale = FloatsOf(scale), SourceShift = FloatsOf(shift), Weights = packed.Floats };
        return Convolve(plan.Phases, plan.Units, plan.Run, args, s.OutputFloats, plan.WorkspaceFloats(2));
    }

    private static byte[] WinogradBackwardWeight(
        Conv2dShape s, GuardedArray x, GuardedArray dy, bool shared, GuardedArray? scale = null, GuardedArray? shift = null)
    {
        var plan = new Conv2dBackwardWeightPlan(s, Conv2dAlgorithm.Winograd, shared, PrologueOf(scale));
        using GuardedArray workspace = NaN(plan.WorkspaceFloats(2)), dw = NaN(s.WeightFloats);
        var args = new WeightGradientArgs
        {
            X = x.Floats,
            XScale = FloatsOf(scale),
            XShift = FloatsOf(shift),
            Dy = dy.Floats,
            Dw = dw.Floats,
            Workspace = workspace.Floats,
        };
        for (int phase = 0; phase < plan.Phases; phase++)
        {
            Units.Backwards(plan.Units(phase), 1, (a, b) => plan.Run(phase, a, b, worker: a % 2, args));
        }

        return [.. dw.Bytes];
    }

    private static Prologue PrologueOf(GuardedArray? scale) => scale is null ? Kernels.Prologue.None : Kernels.Prologue.ScaleShiftRelu;

    private static float* FloatsOf(GuardedArray? array) => array is null ? null : array.Floats;

    public static GuardedArray Pack(double[] weights, int units, long floats, Packer pack)
    {
        using GuardedArray logical = GuardedArray.Of(Samples.Floats(weights));
        // Filling that is read although it should not be shows up as NaN.
        GuardedArray packed = NaN(floats);
        for (int unit = units - 1; unit >= 0; unit--)
        {
            pack(logical.Floats, packed.Floats, unit, unit + 1);
        }
        return packed;
    }

    /// <summary>The stated error, for sums of products of numbers that are uniform in [−1, 1): their root mean square is √terms⁄3.</summary>
    private static double Tolerance(Conv2dCandidate candidate, double terms) => candidate.Error * Math.Sqrt(terms) / 3;

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

    private static byte[] Convolve(int phases, Func<int, int> units, Convolution run, ConvolutionArgs args, long targetFloats, long workspaceFloats)
    {
        using GuardedArray workspace = NaN(workspaceFloats), target = NaN(targetFloats);
        args.Target = target.Floats;
        args.Workspace = workspace.Floats;
        for (int phase = 0; phase < phases; phase++)
        {
            Units.Backwards(units(phase), 1, (a, b) => run(phase, a, b, worker: a % 2, args));
        }
        return [.. target.Bytes];
    }

    private static GuardedArray Image(double[] logical, int channels, int pixels) =>
        GuardedArray.Of(Samples.Floats(Samples.ToChannelsLast<double>(logical, channels, pixels)));

    private static GuardedArray NaN(long floats)
    {
        var array = new GuardedArray(floats);
        array.Span.Fill(float.NaN);
        return array;
    }

    internal delegate void Packer(float* weights, float* packed, int firstUnit, int lastUnit);

    private delegate void Convolution(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args);
}
