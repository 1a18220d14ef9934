using System.Text;

namespace Descent.Tests;

/// <summary>
/// Random expression graphs through the planner and through the reference interpreter must agree: values, gradients, second order, cell updates,
/// several outputs, eager mode. The strongest test the engine has.
/// </summary>
public sealed class RandomGraphTests
{
    // f32 against double through a dozen ops: an error in a kernel, a stride or an epilogue is of the order of the values themselves.
    private const double Tolerance = 3e-3;
    private readonly Device _device = QuietDevice();
    private readonly Coverage _coverage = new();

    private static Device QuietDevice()
    {
        Device device = Device.Cpu(threads: 2);
        device.Notice = null;
        return device;
    }

    /// <summary>Where the graphs run.</summary>
    internal Device Device => _device;

    private const int LeastOfOp = 20, LeastOfRule = 10;

    private static int Graphs => Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1" ? 20_000 : 2_000;

    /// <summary>More graphs are made until all ops and rules were met often enough, at most so many: what a new kind of graph displaces is met later.</summary>
    private static int MostGraphs => 2 * Graphs;

    [Fact]
    public void Plans_agree_with_the_reference_interpreter()
    {
        for (int seed = 0; seed < Graphs || (seed < MostGraphs && !HasMetAll()); seed++)
        {
            int size = 3 + (seed % 10);
            if (Check(seed, size) is { } failure)
            {
                Assert.Fail(Shrink(seed, size, failure));
            }
        }

        List<string> rare = _coverage.RareOps(Ops(), LeastOfOp);
        Assert.True(rare.Count == 0, $"Ops that the graphs met less than {LeastOfOp} times: " + string.Join(", ", rare));
        List<string> rules = _coverage.RareRules(LeastOfRule);
        Assert.True(rules.Count == 0, $"Rules that the graphs met less than {LeastOfRule} times: " + string.Join(", ", rules));
    }

    private bool HasMetAll() => _coverage.RareOps(Ops(), LeastOfOp).Count == 0 && _coverage.RareRules(LeastOfRule).Count == 0;

    /// <summary>Every op type of the engine; generic ones by the formulas that exist for them.</summary>
    private static IEnumerable<string> Ops()
    {
        Type[] types = typeof(Op).Assembly.GetTypes();
        foreach (Type type in types.Where(t => !t.IsAbstract && typeof(Op).IsAssignableFrom(t)))
        {
            // Views of themselves are simplified away; a pick and a leaf are no computation; what is decomposed is met as its parts.
            if (type.IsGenericTypeDefinition || type == typeof(Leaf) || type == typeof(Pick) || type == typeof(Identity) || type == typeof(Detach)
                || type == typeof(RandomNormal) || type == typeof(BatchNormTraining) || type == typeof(BatchNormBackward))
            {
                continue;
            }

            yield return Coverage.Name(type);
        }

        foreach (Type formula in types.Where(t => t is { IsValueType: true, IsNested: false, IsGenericType: false }))
        {
            if (typeof(Kernels.IUnaryOp).IsAssignableFrom(formula))
            {
                yield return $"Unary<{formula.Name}>";
                if (formula != typeof(Floor) && formula != typeof(Sign) && formula != typeof(Heaviside))
                {
                    yield return $"UnaryBackward<{formula.Name}>";
                }
            }
            else if (typeof(Kernels.IBinaryOp).IsAssignableFrom(formula))
            {
                yield return $"Binary<{formula.Name}>";
            }
        }
    }

    /// <summary>Looks for the smallest graph of the same seed that fails.</summary>
    private string Shrink(int seed, int size, string failure)
    {
        for (int smaller = 1; smaller < size; smaller++)
        {
            if (Check(seed, smaller) is { } found)
            {
                (size, failure) = (smaller, found);
                break;
            }
        }

        var text = new StringBuilder($"seed {seed}, {size} steps: {failure}\n");
        foreach (string step in new GraphMaker(seed, size, _device).Steps)
        {
            text.Append("  ").AppendLine(step);
        }

        return text.Append(_device.DescribeLastPlan()).ToString();
    }

    /// <summary>What is wrong with the graph of this seed and size, null if nothing is.</summary>
    internal string? Check(int seed, int size)
    {
        // Nothing here is large: half of the graphs compute again whatever they can.
        _device.RecomputeFrom = seed / 16 % 2 == 0 ? 0 : Recompute.LeastBytes;
        try
        {
            return Forward(seed, size)
                ?? (seed % 2 == 0 ? Gradients(seed, size) : null)
                ?? (seed % 8 == 4 ? SecondOrder(seed, size) : null)
                ?? (seed % 4 == 1 ? Step(seed, size) : null)
                ?? (seed % 16 == 3 ? Eager(seed, size) : null);
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            return e.ToString();
        }
    }

    private string? Forward(int seed, int size) => Compare(new GraphMaker(seed, size, _device).Outputs, "output");

    private string? Gradients(int seed, int size)
    {
        var graph = new GraphMaker(seed, size, _device);
        Tensor loss = graph.Loss();
        return Compare([loss, .. loss.Backward().All.Select(g => g.Gradient)], "loss and gradient");
    }

    private string? SecondOrder(int seed, int size)
    {
        var graph = new GraphMaker(seed, Math.Min(size, 6), _device);
        Gradients first = graph.Loss().Backward();
        Tensor? product = null;
        foreach ((Parameter parameter, Tensor gradient) in first.All)
        {
            Tensor part = (gradient * graph.Direction(parameter.Shape)).Sum();
            product = product is null ? part : product + part;
        }

        // A graph that is linear in all parameters has no second derivative.
        try
        {
            return Compare([.. product!.Backward().All.Select(g => g.Gradient)], "second derivative");
        }
        catch (GradientException)
        {
            return null;
        }
    }

    private string? Step(int seed, int size)
    {
        var graph = new GraphMaker(seed, size, _device);
        Tensor loss = graph.Loss();
        Gradients gradients = loss.Backward();
        double[][] expected = Interpreter.Evaluate([.. gradients.All.Select(g => g.Gradient)]);
        Parameter[] parameters = [.. gradients.All.Select(g => g.Parameter)];
        double[][] before = [.. parameters.Select(p => p.ToArray<float>().Select(v => (double)v).ToArray())];
        new PlainSgd(0.125, parameters).Step(gradients);
        _coverage.Count(_device.LastPlan!);
        for (int i = 0; i < parameters.Length; i++)
        {
            double[] updated = [.. before[i].Zip(expected[i], (value, gradient) => value - (0.125 * gradient))];
            if (Difference(parameters[i].ToArray<float>(), updated) is { } difference)
            {
                return $"parameter {i} after a step: {difference}";
            }
        }

        return null;
    }

    private string? Eager(int seed, int size)
    {
        List<Tensor> planned = new GraphMaker(seed, size, _device).Outputs;
        using (_device.Eager())
        {
            List<Tensor> eager = new GraphMaker(seed, size, _device).Outputs;
            for (int i = 0; i < planned.Count; i++)
            {
                if (!Bytes(planned[i]).AsSpan().SequenceEqual(Bytes(eager[i])))
                {
                    return $"output {i} has other bits in eager mode";
                }
            }
        }

        return null;

        static byte[] Bytes(Tensor tensor)
        {
            Storage value = tensor.Computed("test");
            value = value.Order == AxisOrder.RowMajor ? value : Layouts.ToRowMajor(value);
            byte[] bytes = value.Bytes.ToArray();
            GC.KeepAlive(value);
            return bytes;
        }
    }

    private string? Compare(IReadOnlyList<Tensor> tensors, string what)
    {
        double[][] expected = Interpreter.Evaluate(tensors);
        if (expected.Any(values => values.Any(v => !double.IsFinite(v) || Math.Abs(v) > 1e5)))
        {
            return null;
        }

        _device.Execute(new Request { Outputs = tensors, Caller = "test" });
        _coverage.Count(_device.LastPlan!);
        for (int i = 0; i < tensors.Count; i++)
        {
            Storage value = tensors[i].Computed("test");
            double[] actual = Values.ToDouble(value);
            if (Difference(actual, expected[i]) is { } difference)
            {
                return $"{what} {i}, {tensors[i].Op.Name} {tensors[i].Type}: {difference}";
            }
        }

        return null;
    }

    private static string? Difference(float[] actual, double[] expected) => Difference([.. actual.Select(v => (double)v)], expected);

    private static string? Difference(double[] actual, double[] expected)
    {
        double scale = expected.Select(Math.Abs).DefaultIfEmpty(0).Max() + 0.01;
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= Tolerance * scale))
            {
                return $"element {i} of {expected.Length} is {actual[i]:G7} but must be {expected[i]:G7}";
            }
        }

        return null;
    }
}
