using System.Diagnostics;
using Descent.KernelBench;

namespace Descent.Benchmarks;

/// <summary>What the engine costs beside the kernels: building, differentiating and keying a graph, and planning long chains.</summary>
internal static class GraphCost
{
    public static void Run(Options options)
    {
        Loops(options);
        Nodes(options);
        Arenas(options);
        Planning();
    }

    /// <summary>The same training step compiled, as an ordinary loop, and as one that reads the loss before the step.</summary>
    private static void Loops(Options options)
    {
        foreach (Case of in options.Cases)
        {
            Func<int, double>[] loops = [.. new[] { Loop.Compiled, Loop.ReadAfter, Loop.ReadBefore }.Select(loop => Steps(of, options.Threads, loop))];
            int few = of.Few(20);
            double trial = loops[0](few) / few;
            int count = (int)Math.Clamp(options.Seconds / trial, few, 20_000);
            double[] best = [double.MaxValue, double.MaxValue, double.MaxValue];
            for (int round = 0; round < options.Rounds; round++)
            {
                for (int i = 0; i < loops.Length; i++)
                {
                    best[i] = Math.Min(best[i], loops[i](count) / count);
                }
            }

            Console.WriteLine(
                $"{of.Name}: compiled {best[0] * 1e6:F1} µs a step; loop that reads the loss after Step {best[1] * 1e6:F1} µs ({best[1] / best[0]:F2}×), "
                + $"before Step {best[2] * 1e6:F1} µs ({best[2] / best[0]:F2}×)");
        }
    }

    private static Func<int, double> Steps(Case of, int threads, Loop loop)
    {
        Device device = Device.Cpu(threads);
        device.Notice = null;
        Layer model = of.Create(new Rng(seed: 1, device));
        var optimizer = new Sgd(model.Parameters(), learningRate: 0.001, momentum: 0.9);
        (float[] Images, int[] Labels)[] data = [.. Enumerable.Range(0, Case.Ring).Select(of.Data)];
        Tensor[] images = [.. data.Select(d => Tensor.From(d.Images, of.Shape(of.Batch), device))];
        Tensor[] labels = [.. data.Select(d => Tensor.From(d.Labels, new(of.Batch), device))];
        Compiled compiled = device.Compile((x, y) => optimizer.Step(Loss.CrossEntropy(model.Forward(x), y).Backward()));
        return count =>
        {
            double sum = 0;
            // On one thread processor time, so that what else runs on the machine is not counted.
            Func<double> clock = threads == 1 ? ThreadClock.Seconds : () => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
            double start = 0;
            for (int i = -Case.Ring; i < count; i++)
            {
                start = i == 0 ? clock() : start;
                int batch = (i + Case.Ring) % Case.Ring;
                if (loop == Loop.Compiled)
                {
                    sum += compiled.Run(images[batch], labels[batch]).Item();
                    continue;
                }

                Tensor loss = Loss.CrossEntropy(model.Forward(images[batch]), labels[batch]);
                sum += loop == Loop.ReadBefore ? loss.Item() : 0;
                optimizer.Step(loss.Backward());
                sum += loop == Loop.ReadAfter ? loss.Item() : 0;
            }

            System.Diagnostics.Trace.Assert(double.IsFinite(sum), "The losses must be numbers.");
            return clock() - start;
        };
    }

    /// <summary>Processor time and managed bytes per node of a step's graph, part by part.</summary>
    private static void Nodes(Options options)
    {
        foreach (Case of in options.Cases)
        {
            Device device = Device.Cpu(1);
            Layer model = of.Create(new Rng(seed: 1, device));
            model.Parameters();
            (float[] data, int[] classes) = of.Data(0);
            Tensor images = Tensor.From(data, of.Shape(of.Batch), device), labels = Tensor.From(classes, new(of.Batch), device);
            Tensor loss = null!;
            Gradients gradients = null!;
            var walk = new GraphWalk();
            int forward = 0, all = 0;
            (double Seconds, double Bytes) built = Best(() => loss = Loss.CrossEntropy(model.Forward(images), labels));
            (double Seconds, double Bytes) differentiated = Best(() => gradients = loss.Backward());
            (double Seconds, double Bytes) keyed = Best(() =>
            {
                walk.Read(new Request { Outputs = [loss], Caller = "bench" });
                forward = walk.Nodes.Count;
                walk.Clear();
                walk.Read(new Request { Outputs = [loss, .. gradients.All.Select(g => g.Gradient)], Caller = "bench" });
                all = walk.Nodes.Count;
                walk.Clear();
            });
            Console.WriteLine(
                $"{of.Name}: {forward} nodes forward, {all} with gradients; a node costs {Text(built, forward)} to build, "
                + $"{Text(differentiated, all - forward)} to differentiate, {Text(keyed, forward + all)} to walk and key");
        }

        static string Text((double Seconds, double Bytes) cost, int nodes) => $"{cost.Seconds / nodes * 1e9:F0} ns and {cost.Bytes / nodes:F0} B";
    }

    private static (double Seconds, double Bytes) Best(Action action)
    {
        const int count = 50, rounds = 60;
        double best = double.MaxValue, bytes = 0;
        for (int round = 0; round < rounds; round++)
        {
            double start = ThreadClock.Seconds();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < count; i++)
            {
                action();
            }

            best = Math.Min(best, (ThreadClock.Seconds() - start) / count);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
        }

        return (best, bytes);
    }

    /// <summary>Scratch memory of one training step.</summary>
    private static void Arenas(Options options)
    {
        foreach (Case of in options.Cases)
        {
            Device device = Device.Cpu(2);
            Layer model = of.Create(new Rng(seed: 1, device));
            (float[] data, int[] classes) = of.Data(0);
            Tensor images = Tensor.From(data, of.Shape(of.Batch), device), labels = Tensor.From(classes, new(of.Batch), device);
            new Sgd(model.Parameters(), 0.01, momentum: 0.9).Step(Loss.CrossEntropy(model.Forward(images), labels).Backward());
            Plan plan = device.LastPlan!;
            Console.WriteLine($"{of.Name}: {plan.Launches.Count} launches, {plan.Buffers.Count} buffers, arena {plan.ArenaBytes:N0} bytes");
        }
    }

    /// <summary>Time to plan chains of growing length: per node it must stay what it is.</summary>
    private static void Planning()
    {
        Device device = Device.Cpu(1);
        Tensor w = Tensor.From([1f, 0, 0, 1], new Shape(2, 2), device);
        foreach ((string name, Func<Tensor, int, Tensor> step, bool gradient) in new (string, Func<Tensor, int, Tensor>, bool)[]
        {
            ("elementwise", (y, i) => i % 2 == 0 ? y * w : y.Tanh(), false),
            ("products", (y, _) => y.MatMul(w), false),
            ("products and tanh with the gradient", (y, i) => i % 2 == 0 ? y.MatMul(w) : y.Tanh(), true),
        })
        {
            foreach (int length in new[] { 12_500, 25_000, 50_000, 100_000 })
            {
                double best = double.MaxValue;
                long nodes = 0, arena = 0;
                int launches = 0;
                for (int round = 0; round < 2; round++)
                {
                    Tensor y = w;
                    for (int i = 0; i < (gradient ? length / 3 : length); i++)
                    {
                        y = step(y, i);
                    }

                    Tensor[] outputs = gradient ? y.Sum().Backward(w) : [y];
                    var request = new Request { Outputs = outputs, Caller = "bench" };
                    var walk = new GraphWalk();
                    walk.Read(request);
                    double start = ThreadClock.Seconds();
                    Plan plan = Planner.Compile(PlanGraph.Of(walk, request), new CpuBackend(), threads: 1);
                    best = Math.Min(best, ThreadClock.Seconds() - start);
                    (nodes, arena, launches) = (walk.Nodes.Count, plan.ArenaBytes, plan.Launches.Count);
                    walk.Clear();
                }

                Console.WriteLine($"{name}: {nodes:N0} nodes, {launches:N0} launches, arena {arena:N0} bytes, planned in {best * 1e3:N0} ms, {best / nodes * 1e9:N0} ns a node");
            }
        }
    }

    private enum Loop
    {
        Compiled,
        ReadAfter,
        ReadBefore,
    }
}
