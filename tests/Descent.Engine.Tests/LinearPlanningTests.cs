namespace Descent.Tests;

/// <summary>What the planner looks at grows with the graph, not with its square: a chain of 100,000 nodes must plan.</summary>
public sealed class LinearPlanningTests
{
    /// <summary>Beyond the plans whose buffers may be placed in quadratic time.</summary>
    private const int Length = 6_000;

    private readonly Device _device = Device.Cpu(threads: 1);

    /// <summary>Each makes a request of about so many nodes.</summary>
    private static readonly Dictionary<string, Func<Device, int, Request>> s_graphs = new()
    {
        { "products, one launch each", (device, n) => Ask(Chain(n, Matrix(device), (y, w) => y.MatMul(w))) },
        { "a gradient, whose buffers live from the forward pass to the backward one", (device, n) =>
        {
            Tensor w = Matrix(device);
            return Ask(Chain(n / 3, w, (y, _) => y.MatMul(w).Tanh()).Sum().Backward(w)[0]);
        } },
        { "views that go away, on a value that all read", (device, n) =>
        {
            Tensor w = Matrix(device);
            return Ask(Chain(n / 2, w, (y, _) => y + w.Identity()));
        } },
        { "nodes that nobody needs after a common sub-expression is found", (device, n) =>
        {
            Tensor w = Matrix(device);
            Tensor[] twins = [.. Enumerable.Range(0, n / 3).Select(_ => w.Tanh().MatMul(w))];
            return Ask(twins.Aggregate((a, b) => a + b), twins);
        } },
        { "many cells that are read and written", (device, n) =>
        {
            Parameter[] cells = [.. Enumerable.Range(0, n / 4).Select(_ => new Parameter(Matrix(device)))];
            return new Request { Outputs = [], Effects = [.. cells.Select(c => new Effect(c, c.Read().MatMul(c.Read())))], Caller = "test" };
        } },
        { "an unrolled recurrence: each step reads a slice of the input, four slices of its gates, and the same weight", (device, n) =>
        {
            int steps = n / 4;
            Tensor w = Tensor.From([.. Enumerable.Range(0, 16).Select(i => MathF.Sin(i))], new Shape(2, 8), device);
            Tensor x = Tensor.Ones(new(steps, 3, 8), device: device) * 0.5, h = Tensor.Zeros(new(3, 2), device: device);
            var outputs = new Tensor[steps];
            for (int t = 0; t < steps; t++)
            {
                Tensor[] gates = (h.MatMul(w) + x.Narrow(0, t, 1).Squeeze(0)).Split(1, 2, 2, 2, 2);
                outputs[t] = h = (gates[0].Sigmoid() * gates[1].Tanh()) + (gates[2] * gates[3].Sigmoid());
            }

            return Ask(Tensor.Stack(0, outputs).Square().Sum().Backward(w, x));
        } },
        { "many outputs", (device, n) => Ask([.. Enumerable.Range(0, n / 2).Select(i => Matrix(device).MatMul(Matrix(device)))]) },
    };

    public static TheoryData<string> Graphs { get; } = [.. s_graphs.Keys];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Four_times_the_length_takes_about_four_times_the_looks(string graph)
    {
        double once = Looks(s_graphs[graph](_device, Length)), four = Looks(s_graphs[graph](_device, 4 * Length));
        Assert.True(four <= 4.5 * once, $"{graph}: {once} looks became {four}.");
    }

    [Fact]
    public void A_second_derivative_walks_a_chain_once_and_not_again_for_every_node()
    {
        Tensor x = Matrix(_device);
        Tensor gradient = Chain(Length, x, (y, _) => y.Tanh()).Sum().Backward(x)[0];
        long before = _device.BackwardVisits;
        gradient.Sum().Backward(x);
        Assert.InRange(_device.BackwardVisits - before, 2 * Length, 40 * Length);
    }

    [Fact]
    public void Buffers_of_overlapping_lives_never_share_memory_however_many_there_are()
    {
        foreach (int length in new[] { 50, 3000 })
        {
            Tensor w = Matrix(_device);
            Plan plan = PlanOf(Ask(Chain(length, w, (y, _) => y.MatMul(w).Tanh()).Sum().Backward(w)[0]));
            var alive = new SortedDictionary<long, (long End, int Last)>();
            Dictionary<PlanBuffer, int> last = [];
            Launch[] launches = [.. plan.Launches];
            for (int i = 0; i < launches.Length; i++)
            {
                foreach (PlanBuffer buffer in Used(launches[i]))
                {
                    last[buffer] = i;
                }
            }

            var seen = new HashSet<PlanBuffer>();
            for (int i = 0; i < launches.Length; i++)
            {
                foreach (PlanBuffer buffer in Used(launches[i]).Where(seen.Add))
                {
                    foreach ((long start, (long end, int until)) in alive.TakeWhile(a => a.Key < buffer.Offset + buffer.Bytes).ToArray())
                    {
                        Assert.False(until >= i && end > buffer.Offset, $"buffer {buffer.Id} lies over one that is alive at launch {i}");
                        if (until < i)
                        {
                            alive.Remove(start);
                        }
                    }

                    if (buffer.Bytes > 0)
                    {
                        alive[buffer.Offset] = (buffer.Offset + buffer.Bytes, last[buffer]);
                    }
                }
            }
        }

        static IEnumerable<PlanBuffer> Used(Launch launch) =>
            launch.Reads.Concat(launch.Writes).Concat(launch.Workspaces).Select(b => b.Root).Where(b => b.Kind == BufferKind.Arena).Distinct();
    }

    private static Tensor Matrix(Device device) => Tensor.From([0.6f, 0.8f, -0.8f, 0.6f], new Shape(2, 2), device);

    private static Tensor Chain(int length, Tensor x, Func<Tensor, Tensor, Tensor> step)
    {
        Tensor y = x;
        for (int i = 0; i < length; i++)
        {
            y = step(y, x);
        }

        return y;
    }

    private static Request Ask(Tensor output, params Tensor[] more) => Ask([output, .. more]);

    private static Request Ask(Tensor[] outputs) => new() { Outputs = outputs, Caller = "test" };

    private static double Looks(Request request) => PlanOf(request).Source.Looks;

    private static Plan PlanOf(Request request)
    {
        var walk = new GraphWalk();
        walk.Read(request);
        return Planner.Compile(PlanGraph.Of(walk, request), new CpuBackend(), threads: 1);
    }
}
