namespace Descent.Tests;

/// <summary>Plans against the reference interpreter, by hand-picked graphs.</summary>
public sealed class PlanTests
{
    private static readonly Device s_device = Device.Cpu(threads: 2);

    internal static Tensor Range(params int[] sizes)
    {
        var shape = new Shape(sizes);
        float[] values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Sin(i * 0.7f) * 1.5f;
        }

        return Tensor.From(values, shape, s_device);
    }

    private static void Agrees(Tensor y, double tolerance = 1e-5)
    {
        double[] expected = Interpreter.Evaluate(y);
        float[] actual = y.ToArray<float>();
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"element {i}: {actual[i]} but expected {expected[i]}");
        }
    }

    [Fact]
    public void A_product_reads_batches_whose_axes_run_in_opposite_directions()
    {
        Tensor x = new Rng(seed: 1).Uniform(new(2, 3, 1, 4)), w = new Rng(seed: 2).Uniform(new(4, 5));
        Tensor flipped = Tensor.From(x.Flip(1).ToArray<float>(), new(2, 3, 1, 4));
        Assert.Equal(flipped.MatMul(w).ToArray<float>(), x.Flip(1).MatMul(w).ToArray<float>());
    }

    [Fact]
    public void Elementwise_chain_with_broadcasting() =>
        Agrees(((Range(33, 70) * Range(70)) + Range(33, 1)).Tanh() * 0.3);

    [Fact]
    public void Permuted_and_sliced_operands() =>
        Agrees(Range(7, 5, 3).Permute(2, 0, 1).Slice(1, 6, -2, 3) + Range(3, 1, 5));

    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 2 })]
    [InlineData(new[] { 0, 2 })]
    [InlineData(new[] { 1, 2 })]
    [InlineData(new[] { 0, 1, 2 })]
    public void Reductions(int[] axes)
    {
        Tensor x = Range(37, 41, 29);
        Agrees((x * x).Sum(axes), 1e-4);
        Agrees((x + 1).Max(axes));
        Agrees(x.Permute(2, 0, 1).Min(axes));
        Agrees(x.Mean(axes, keepDims: true) + x, 1e-4);
    }

    [Fact]
    public void Products_with_transposes_and_batches()
    {
        Agrees(Range(17, 23).MatMul(Range(19, 23).T) + Range(19));
        Agrees((Range(3, 17, 23).MatMul(Range(23, 5)) + Range(5)).Relu());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sum_of_two_scaled_convolutions_belongs_to_one_of_them(bool swapped)
    {
        // The end of a residual block with a projection, its batch normalisations in evaluation mode.
        Tensor Branch(int kernel) => Range(2, 3, 6, 6).Conv2d(Range(4, 3, kernel, kernel), padding: kernel / 2)
            .MultiplyAdd(Range(4, 1, 1), Range(1, 4, 1, 1) + kernel);
        (Tensor a, Tensor b) = (Branch(3), Branch(1));
        Agrees((swapped ? b + a : a + b).Relu());
    }

    [Fact]
    public void Gradients_agree()
    {
        Tensor w = Range(12, 10), x = Range(8, 12), b = Range(10);
        Tensor loss = ((x.MatMul(w) + b).Tanh() * Range(8, 10)).Sum();
        foreach (Tensor gradient in loss.Backward(w, x, b))
        {
            Agrees(gradient);
        }
    }

    [Fact]
    public void Second_order_agrees()
    {
        Tensor w = Range(6, 5), x = Range(4, 6);
        Tensor loss = x.MatMul(w).Tanh().Exp().Sum();
        Tensor g = loss.Backward(w)[0];
        Agrees((g * Range(6, 5)).Sum().Backward(w)[0], 1e-4);
    }

    [Fact]
    public void Comparisons_make_bool_and_select_reads_it()
    {
        Tensor x = Range(50);
        Assert.Equal(x.ToArray<float>().Select(v => v > 0.5f), (x > 0.5).ToArray<bool>());
        Agrees(Tensor.Select(x > 0.25, x, -x));
        Assert.Equal(x.ToArray<float>().Count(v => v > 0.25f), (x > 0.25).To(DType.F32).Sum().Item());
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_nodes_neither_overflows_nor_crawls()
    {
        Tensor x = Range(3), y = x;
        for (int i = 0; i < 100_000; i++)
        {
            y = y + 1;
        }

        Assert.Equal(x.ToArray<float>()[1] + 100_000, y.ToArray<float>()[1], 0.1f);
        Assert.Equal([1f, 1f, 1f], y.Sum().Backward(x)[0].ToArray<float>());
    }

    [Fact]
    public void Doubles_run_on_the_reference_kernels()
    {
        Tensor x = Tensor.From([0.1, 0.2, 0.3], new Shape(3), s_device);
        Assert.Equal(Math.Exp(0.1 * 0.7) + 0.1, (x * 0.7).Exp().ToArray<double>()[0] + 0.1);
    }

    [Fact]
    public void A_plan_prints_its_launches()
    {
        Tensor y = (Range(64, 32) * 2).Sum();
        y.Item();
        Assert.Contains("multiply+sum", s_device.DescribeLastPlan());
        Assert.DoesNotContain("peak", s_device.DescribeLastPlan());
    }

    [Fact]
    public void A_timed_plan_prints_its_rates_against_the_machine_and_marks_what_is_costly()
    {
        Device device = Device.Cpu(threads: 1);
        Assert.Equal("no plan has run", device.DescribeLastPlan());
        device.Profile = true;
        Tensor a = Tensor.From(new float[256 * 256], new Shape(256, 256), device);
        (a.MatMul(a).Sum() + a.Max()).Item();
        string[] lines = device.DescribeLastPlan().TrimEnd().Split(Environment.NewLine);
        Assert.Matches("^peak: [1-9][0-9]* GFLOP/s, [1-9][0-9]* GB/s", lines[1]);
        Assert.Equal(device.LastPlan!.Launches.Count + 3, lines.Length);

        // The product takes nearly all of the time.
        Assert.Single(lines, line => line.StartsWith("* ", StringComparison.Ordinal) && line.Contains("matmul", StringComparison.Ordinal));
        Assert.Matches(@"^  total .* µs +100\.0 ?% +[0-9.]+ GB/s +[0-9]+ ?% +[0-9.]+ GFLOP/s +[0-9]+ ?%$", lines[^1]);
        Assert.All(lines[2..], line => Assert.Contains("GB/s", line));
    }

    [Fact]
    public void A_plan_draws_itself()
    {
        Device device = Device.Cpu(threads: 1);
        Assert.Equal("digraph plan {\n}\n", device.DrawLastPlan());
        Tensor x = Tensor.From([1f, 2, 3], new Shape(3), device);
        Assert.Equal(6, Tensor.Apply(new Quoted(), x).Sum().Item());
        string drawing = device.DrawLastPlan();
        Assert.StartsWith("digraph plan {\n", drawing, StringComparison.Ordinal);
        Assert.EndsWith("}\n", drawing, StringComparison.Ordinal);
        Assert.Contains("""label="0: say \"a\\b\" (reference)\n""", drawing, StringComparison.Ordinal);
        Plan plan = device.LastPlan!;
        Assert.Equal(plan.Launches.Count, Count(" [shape=box"));
        Assert.Equal(plan.Launches.Sum(launch => launch.Reads.Count), Count(" -> launch"));
        Assert.Equal(plan.Launches.Sum(launch => launch.Writes.Count), Count(" -> buffer"));

        // A line is a statement: quotes that are not escaped come in pairs.
        Assert.All(drawing.Split('\n'), line => Assert.Equal(0, line.Replace("\\\\", "").Replace("\\\"", "").Count(c => c == '"') % 2));

        int Count(string part) => drawing.Split(part).Length - 1;
    }

    /// <summary>An op whose name holds what a drawing must escape.</summary>
    private sealed record Quoted : Op
    {
        public override string Name => "say \"a\\b\"";

        public override OpTypes Infer(ReadOnlySpan<TensorType> inputs) => inputs[0];

        public override void Reference(ReferenceCall call) => call.X(0).CopyTo(call.Y(0));
    }

    [Fact]
    public void A_device_may_be_asked_to_sum_convolutions_directly()
    {
        string Plan(bool winograd)
        {
            Device device = Device.Cpu(threads: 1, winograd);
            Tensor x = Tensor.Ones(new Shape(4, 64, 16, 16), device: device), w = Tensor.Ones(new Shape(64, 64, 3, 3), device: device);
            Assert.Equal(64 * 9, x.Conv2d(w, padding: 1).Slice(2, 3, 1, 1).Slice(3, 3, 1, 1).Mean().Item(), 1e-3 * 64 * 9);
            return device.DescribeLastPlan();
        }

        Assert.Contains("winograd", Plan(winograd: true));
        Assert.DoesNotContain("winograd", Plan(winograd: false));
    }
}
