namespace Descent.Kernels.Tests;

/// <summary>The channels-last plans against the definition, on guarded memory, with every split of work.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class Conv2dTests
{
    public static TheoryData<int> Shapes => ConvShapes.Indices;

    public static TheoryData<int> SmallShapes => ConvShapes.SmallIndices;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_equals_its_definition(int index) => Conv2dCheck.Forward(ConvShapes.All[index]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BackwardInput_equals_its_definition(int index) => Conv2dCheck.BackwardInput(ConvShapes.All[index]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BackwardWeight_equals_its_definition(int index) => Conv2dCheck.BackwardWeight(ConvShapes.All[index]);

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Epilogues_act_on_the_finished_sums(int index) => Conv2dCheck.Epilogues(ConvShapes.All[index]);

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
            using GuardedArray packed = Conv2dCheck.Pack(w, plan.PackUnits, plan.PackedWeightFloats, plan.PackWeights);
            using GuardedArray x = new(channels), y = new(channels), bias = new(channels), workspace = new(plan.WorkspaceFloats(1));
            var args = new ConvolutionArgs { Source = x.Floats, Weights = packed.Floats, Target = y.Floats, Shift = bias.Floats, Workspace = workspace.Floats };
            plan.RunAll(args);
            Assert.All(y.Span.ToArray(), v => Assert.True(float.IsNaN(v)));
        }
    }
}
