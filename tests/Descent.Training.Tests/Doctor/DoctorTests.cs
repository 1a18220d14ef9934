namespace Descent.Training.Tests;

/// <summary>Each check sees the illness it is for, and says nothing of a healthy training.</summary>
public sealed class DoctorTests
{
    private static readonly ImageDataset s_digits, s_test;

    static DoctorTests() => (s_digits, s_test) = Digits.Load(new Rng(4), 1500, 300);

    [Theory]
    [InlineData("lenet5")]
    [InlineData("mlp")]
    [InlineData("softmax-regression")]
    [InlineData("linear-svm")]
    [InlineData("conv-relu:n=1,filters=8-16,hidden=32,norm=batch")]
    public void A_healthy_training_passes_every_check(string model)
    {
        DoctorSubject subject = Subject(rng => Architecture.Parse(model).Build(s_digits.ImageShape, 10, rng));
        Finding[] findings = [.. Doctor.Examine(subject, cancellation: TestContext.Current.CancellationToken)];
        Assert.Empty(findings.Where(finding => finding.Verdict != Verdict.Ok).Select(finding => $"{finding.Check}: {finding.Says}"));
        Assert.InRange(findings.Length, 9, Doctor.Checks.Count);
        Assert.All(findings, finding => Assert.NotEmpty(finding.Says));
    }

    [Fact]
    public void A_last_layer_that_is_too_sure_begins_above_ln_K() =>
        Verdicts<InitialLossCheck>(Verdict.Fail, Subject(rng => Scaled(rng, last: true, 40)), "ln 10 is 2.3");

    [Fact]
    public void Weights_of_zero_leave_nothing_to_regularise() =>
        Verdicts<RegularisationCheck>(Verdict.Fail, Subject(rng => Scaled(rng, last: false, 0)), "0");

    [Fact]
    public void Biases_far_below_zero_kill_units() => Verdicts<DeadUnitsCheck>(Verdict.Fail, Subject(Dead), "100 % of the 32 units behind 'layers.0'");

    [Fact]
    public void Large_weights_saturate_a_tanh() => Verdicts<SaturationCheck>(
        Verdict.Fail,
        Subject(rng =>
        {
            var model = new LeNet5(rng, tanh: true);
            Scale(model.Parameters(), 30);
            return model;
        }),
        "tanh values behind");

    [Fact]
    public void Small_weights_let_the_signal_vanish() => Verdicts<SignalCheck>(
        Verdict.Warn,
        Subject(rng =>
        {
            var model = new Mlp(784, [32, 32, 32, 32, 32], 10, rng);
            foreach (Parameter p in model.Parameters().Where(p => p.Shape.Rank == 1))
            {
                p.Write<float>(new float[p.Shape.Count]);
            }

            Scale(model.Parameters(), 0.05);
            return model;
        }),
        "Activations deviate");

    [Fact]
    public void A_network_of_dead_units_learns_nothing_by_heart() => Verdicts<OverfitCheck>(Verdict.Fail, Subject(FrozenDead), "The loss of 20 samples");

    [Fact]
    public void A_rate_that_explodes_is_too_large()
    {
        Finding finding = Verdicts<RateRangeCheck>(Verdict.Fail, Subject(Mlp, rate: 1e3), "explodes at");
        Assert.InRange(finding.Number!.Value, 1e-3, 2);
        Assert.InRange(finding.Curve!.Count, 20, 120);
    }

    [Fact]
    public void A_rate_that_changes_nothing_is_too_small()
    {
        Verdicts<RateRangeCheck>(Verdict.Warn, Subject(Mlp, rate: 1e-7), "falls fastest");
        Verdicts<UpdateRatioCheck>(Verdict.Warn, Subject(Mlp, rate: 1e-7), "A step changes weights by");
        Verdicts<UpdateRatioCheck>(Verdict.Warn, Subject(Mlp, rate: 100), "A step changes weights by");
    }

    [Fact]
    public void Rare_and_missing_classes_are_named()
    {
        int[] rare = [.. Enumerable.Range(0, s_digits.Count).Where(i => s_digits.Label(i) != 3 || i < 20)];
        Verdicts<ClassBalanceCheck>(Verdict.Warn, Subject(Mlp, new Subset(s_digits, rare)), "'3'");
        Verdicts<ClassBalanceCheck>(
            Verdict.Fail, Subject(Mlp, new Subset(s_digits, Enumerable.Range(0, s_digits.Count).Where(i => s_digits.Label(i) != 7))), "No training sample is of class '7'");
    }

    [Fact]
    public void Test_images_that_were_trained_on_are_found_exactly_and_nearly()
    {
        // A fifth of the test set is copied, half of that a little brighter.
        byte[] pixels = Pixels(s_digits), test = Pixels(s_test);
        for (int i = 0; i < 60; i++)
        {
            for (int p = 0; p < 784; p++)
            {
                test[(i * 784) + p] = (byte)Math.Clamp(pixels[(i * 5 * 784) + p] + (i % 2), 0, 255);
            }
        }

        var leaked = new ImageDataset(s_digits.ImageShape, test, Labels(s_test), s_digits.ClassNames);
        Finding finding = Verdicts<DuplicatesCheck>(Verdict.Fail, Subject(Mlp, heldOut: leaked), "of the test set are training samples too");
        Assert.InRange(finding.Number!.Value, 0.15, 0.2);
    }

    [Fact]
    public void Shuffled_labels_agree_no_better_than_chance()
    {
        byte[] labels = Labels(s_digits);
        int[] order = new Rng(9).Permutation(labels.Length);
        Verdicts<LabelNoiseCheck>(
            Verdict.Warn, Subject(Mlp, new ImageDataset(s_digits.ImageShape, Pixels(s_digits), [.. order.Select(i => labels[i])], s_digits.ClassNames)), "where chance is");
    }

    [Fact]
    public void Inputs_that_are_all_equal_or_not_normalised_are_seen()
    {
        var flat = new ImageDataset(s_digits.ImageShape, new byte[s_digits.Count * 784], Labels(s_digits), s_digits.ClassNames);
        Verdicts<ConstantInputsCheck>(Verdict.Fail, Subject(Mlp, flat), "All training samples");
        var raw = new ImageDataset(s_digits.ImageShape, Pixels(s_digits), Labels(s_digits), s_digits.ClassNames, new Preprocessing([-3], [1 / 255.0]));
        Verdicts<NormalisationCheck>(Verdict.Warn, Subject(Mlp, raw), "Inputs have mean");
    }

    private static Finding Verdicts<TCheck>(Verdict verdict, DoctorSubject subject, string says)
        where TCheck : DoctorCheck, new()
    {
        Finding finding = new TCheck().Examine(subject, TestContext.Current.CancellationToken)!;
        Assert.True(verdict == finding.Verdict, $"{finding.Verdict}: {finding.Says}");
        Assert.Contains(says, finding.Says);
        Assert.NotEmpty(finding.Advice);
        return finding;
    }

    private static DoctorSubject Subject(Func<Rng, Layer> build, IDataset? data = null, IDataset? heldOut = null, double rate = 3e-3) => new(
        () =>
        {
            var rng = new Rng(6);
            Layer model = build(rng);
            return new Trainer(model, new Adam([.. model.Parameters().Where(p => !p.IsFrozen)], rate), data ?? s_digits, rng, new TrainerOptions { BatchSize = 32 });
        },
        heldOut ?? s_test);

    private static Mlp Mlp(Rng rng) => new(784, [32], 10, rng);

    private static Mlp Dead(Rng rng)
    {
        Mlp model = Mlp(rng);
        float[] bias = new float[32];
        Array.Fill(bias, -1e4f);
        model.Layers[0].Bias!.Write<float>(bias);
        return model;
    }

    private static Mlp FrozenDead(Rng rng)
    {
        Mlp model = Dead(rng);
        _ = model.Parameters();
        model.Layers[1].Bias!.IsFrozen = true;
        return model;
    }

    private static Mlp Scaled(Rng rng, bool last, double factor)
    {
        Mlp model = Mlp(rng);
        Scale(last ? model.Layers[1].Parameters() : model.Parameters(), factor);
        return model;
    }

    private static void Scale(IReadOnlyList<Parameter> parameters, double factor)
    {
        foreach (Parameter p in parameters)
        {
            p.Write<float>([.. p.ToArray<float>().Select(w => (float)(w * factor))]);
        }
    }

    private static byte[] Pixels(ImageDataset data) => [.. Enumerable.Range(0, data.Count).SelectMany(i => data.Image(i).ToArray())];

    private static byte[] Labels(ImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (byte)data.Label(i))];
}
