namespace Descent.Engine.Tests;

/// <summary>Every row of the table in f32 through a plan, values and gradients, against the interpreter on the same graph.</summary>
public sealed class DeviceSampleTests
{
    // f32 kernels round where the interpreter does not; relative to the largest element of a result.
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Names => [.. Samples.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_agrees_with_the_interpreter(string name)
    {
        Sample sample = Samples.Named(name);
        AssertAgrees(sample.Build, sample.Inputs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_agrees_with_the_interpreter_on_views(string name)
    {
        Sample sample = Samples.Named(name);
        foreach (View view in sample.MayRepeatInputs ? new[] { View.Permuted, View.Sliced, View.Expanded } : [View.Permuted, View.Sliced])
        {
            Tensor[] Seen(Tensor[] hidden) => [.. hidden.Select((x, i) => view.See(x, sample.Inputs[i].Type))];
            AssertAgrees(hidden => sample.Build(Seen(hidden)), [.. sample.Inputs.Select(view.Hide)]);
        }
    }

    private static void AssertAgrees(Func<Tensor[], Tensor> build, Tensor[] at)
    {
        Tensor[] inputs = [.. at.Select(x => x.DType == DType.F64 ? Leaf(x) : x)];

        // Two graphs: what a plan has kept, the interpreter would read.
        Tensor[] planned = ValueAndGradients(build, inputs), interpreted = ValueAndGradients(build, inputs);
        for (int i = 0; i < planned.Length; i++)
        {
            double[] expected = Interpreter.Evaluate(interpreted[i]), actual = Interpreter.Evaluate(planned[i].Realize());
            Assert.All(Device.Default.LastPlan?.Launches.OfType<ReferenceLaunch>() ?? [], launch => Assert.Contains("f64", launch.Detail));
            Assert.Equal(expected.Length, actual.Length);
            double scale = Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty().Max());
            string what = i == 0 ? "value" : $"gradient {i - 1}";
            for (int e = 0; e < expected.Length; e++)
            {
                Assert.True(
                    Math.Abs(expected[e] - actual[e]) <= Tolerance * scale,
                    $"{what} at {e} of {planned[i].Type}: {actual[e]:R}, but {expected[e]:R} in double.");
            }
        }
    }

    private static Tensor[] ValueAndGradients(Func<Tensor[], Tensor> build, Tensor[] inputs)
    {
        Tensor y = build(inputs);
        Tensor weights = new Rng(1).Uniform(y.Shape, 0.5, 1.5), loss = (y * weights).Sum();
        Tensor seed = Tensor.Ones(Shape.Scalar, loss.DType);
        return [y, .. Backward.Of(loss, seed, inputs.Where(x => x.DType == DType.F32).ToArray()).OfType<Tensor>()];
    }

    private static Tensor Leaf(Tensor x) => Tensor.From([.. Interpreter.Evaluate(x).Select(v => (float)v)], x.Shape);
}
