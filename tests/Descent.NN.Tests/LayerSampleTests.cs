using System.Reflection;

namespace Descent.Tests;

/// <summary>What holds of every row of <see cref="LayerSamples"/>, and that every layer, loss and optimizer has one.</summary>
public sealed class LayerSampleTests
{
    private const double GradientCheck = 1e-6;

    /// <summary>Elements of each input and parameter that the gradient check moves: the interpreter runs four times for each.</summary>
    private const int Moved = 12;

    /// <summary>What needs no row, each with the reason.</summary>
    private static readonly Dictionary<string, string> s_without = new()
    {
        [nameof(Sequential)] = "It computes nothing: LayerTests says what it does.",
        [nameof(Flatten)] = "A reshape, which the engine tests.",
        [nameof(Mlp)] = "Linear and Activation behind one another.",
        [$"{nameof(MaxNorm)}.{nameof(MaxNorm.Apply)}"] = "It writes parameters: RegularisationTests says what.",
        [nameof(Perceptron)] = "A step has no slope: ClassicalTests says what the rule learns.",
        [nameof(NeighborClassifier)] = "A vote has no slope: ClassicalTests says what the neighbours are.",
        [nameof(Ensemble)] = "Whole networks side by side: TransferTests says what it does.",
        [nameof(ConvNet)] = "Made by the pattern that makes Vgg.",
        [nameof(VisionTransformerEncoder)] = "A part of VisionTransformer.",
    };

    /// <summary>Where losses and penalties stand: each public method needs a row.</summary>
    private static readonly Type[] s_functions = [typeof(Loss), typeof(Penalty), typeof(MaxNorm), typeof(WeightStandardization)];

    public static TheoryData<string, string> Rows { get; } = [.. LayerSamples.All.Select(row => (row.Family, row.Name))];

    [Fact]
    public void Every_layer_and_loss_has_a_row()
    {
        IEnumerable<Type> modules = typeof(Module).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(Module)) && !type.IsAbstract);
        IEnumerable<string> functions = s_functions.SelectMany(type => type
            .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(method => $"{type.Name}.{method.Name}"));
        HashSet<string> covered = [.. LayerSamples.All.Select(row => row.Covers), .. NetworkTests.Covered];
        string[] all = [.. modules.Select(LayerSamples.NameOf).Concat(functions).Distinct()];
        Assert.Empty(all.Except(s_without.Keys).Except(covered));
        Assert.DoesNotContain(s_without.Keys, name => covered.Contains(name) || !all.Contains(name));
    }

    [Fact]
    public void Every_row_has_a_reference_and_every_reference_a_row()
    {
        foreach (string family in LayerSamples.Families)
        {
            Assert.Equal(LayerSample.Rows(family).Order(), LayerSamples.All.Where(row => row.Family == family).Select(row => row.Name).Order());
        }
    }

    [Fact]
    public void Arrays_of_all_rows_are_counted()
    {
        int arrays = LayerSamples.All.Sum(row => row.Cases.Sum(c => c.Arrays));
        int cases = LayerSamples.All.Sum(row => row.Cases.Count);
        Console.WriteLine($"counted: {arrays} arrays of {cases} cases in {LayerSamples.All.Count} rows agree with PyTorch");
        Assert.True(arrays >= 1800, $"{arrays} arrays: rows have been lost.");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Outputs_and_all_gradients_equal_the_reference(string family, string name)
    {
        LayerSample row = LayerSamples.Named(family, name);
        Assert.True(row.Cases.Count >= 3, "three shapes or more");
        Assert.True(row.Cases.Any(c => c.Inputs.Any(x => ShapeOf(x) is { Rank: > 0 } shape && shape[^1] % 2 == 1)), "one of them odd");
        for (int i = 0; i < row.Cases.Count; i++)
        {
            ReferenceCase c = row.Cases[i];
            Module? module = row.Make(i) is { } made ? c.Fill(made) : null;
            Tensor[] y = row.Forward(i, module, Read(c));
            Assert.Equal(c.Y.Count, y.Length);
            Parameter[] inputs = [.. c.Inputs.OfType<Parameter>()];
            Assert.Equal(c.Dx.Count, inputs.Length);
            Parameter[] parameters = [.. c.Gradients.Select(g => (Parameter)module!.State()[g.Name])];
            Tensor[] gradients = GradientsOf(ReferenceCase.WeightedSum(y), [.. inputs, .. parameters]);

            for (int k = 0; k < y.Length; k++)
            {
                AssertEqual(c.Y[k], y[k], 0, row, $"output {k}");
            }

            foreach ((string buffer, double[] values) in c.BuffersBehind)
            {
                AssertEqual(values, module!.State()[buffer], 0, row, buffer);
            }

            double[][] expected = [.. c.Dx, .. c.Gradients.Select(g => g.Values)];
            double largest = expected.SelectMany(g => g).Select(Math.Abs).DefaultIfEmpty().Max();
            for (int k = 0; k < expected.Length; k++)
            {
                string of = k < inputs.Length ? $"input {k}" : c.Gradients[k - inputs.Length].Name;
                AssertEqual(expected[k], gradients[k], largest, row, $"the gradient of {of}");
            }

            void AssertEqual(double[] wanted, Tensor tensor, double scaleOfAll, LayerSample row, string of)
            {
                float[] values = tensor.ToArray<float>();
                Assert.Equal(wanted.Length, values.Length);

                // What is 0 in exact arithmetic, as the gradient of a key's bias, is rounding on both sides, relative to the other gradients.
                double own = wanted.Select(Math.Abs).DefaultIfEmpty().Max();
                double scale = own > 1e-6 * scaleOfAll ? own : scaleOfAll;
                double error = wanted.Zip(values, (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max() / Math.Max(1e-30, scale);
                Assert.True(error <= row.Tolerance, $"{name}, case {i}: {of} differs by {error:E1} of the largest, tolerance {row.Tolerance:E1}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Gradients_equal_central_differences_in_double(string family, string name)
    {
        LayerSample row = LayerSamples.Named(family, name);
        for (int i = 0; i < row.Cases.Count && !row.StopsGradients; i++)
        {
            ReferenceCase c = row.Cases[i];
            Module? module = row.Make(i) is { } made ? c.Fill(made) : null;
            Parameter[] moved = [.. c.Inputs.OfType<Parameter>(), .. module?.Parameters() ?? []];
            GradCheck.Verify(() => ReferenceCase.WeightedSum(row.Forward(i, module, Read(c))), moved, GradientCheck, Moved);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void State_saved_and_loaded_by_name_gives_the_same_outputs(string family, string name)
    {
        LayerSample row = LayerSamples.Named(family, name);
        if (row.Make(0) is not { } saved || saved.State().Count == 0)
        {
            return;
        }

        string path = Path.Combine(Path.GetTempPath(), $"descent-{Guid.NewGuid():N}.safetensors");
        try
        {
            ReferenceCase c = row.Cases[0];
            c.Fill(saved).Save(path);
            Module loaded = row.Make(0)!;
            loaded.Load(path);
            float[][] Outputs(Module module) => [.. row.Forward(0, module.Eval(), Read(c)).Select(y => y.ToArray<float>())];
            Assert.Equal(Outputs(saved), Outputs(loaded));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Tensor[] Read(ReferenceCase c) => [.. c.Inputs.Select(x => x is Parameter p ? p.Read() : (Tensor)x)];

    private static Shape ShapeOf(object input) => input is Parameter p ? p.Shape : ((Tensor)input).Shape;

    /// <summary>Zeros where nothing flows to a parameter.</summary>
    private static Tensor[] GradientsOf(Tensor loss, IReadOnlyList<Parameter> parameters)
    {
        Gradients gradients = loss.Backward();
        return [.. parameters.Select(p => gradients.Find(p) ?? Tensor.Zeros(p.Shape))];
    }
}
