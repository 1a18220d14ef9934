using System.Runtime.InteropServices;

namespace Descent;

/// <summary>
/// Where tensors are computed. It owns the engine: thread team, arena, plan cache. Runs are serialised; building graphs is free-threaded.
/// </summary>
public sealed partial class Device
{
    /// <summary>A program has a few dozen structures; a loop that meets a new one every time has a mistake in it.</summary>
    private const int ManyMisses = PlanCache.Capacity;

    private readonly Stack<GraphWalk> _idleWalks = [];
    private readonly Stack<Backward> _idleBackwards = [];
    private readonly PlanCache _cache = new();
    private readonly Arena _arena = new();
    private readonly PlanRun _run;
    private readonly CpuBackend _backend;
    private MachinePeak? _peak;
    private bool _warned;
    private int _missesInARow;

    private Device(int threads, bool winograd)
    {
        Threads = threads;
        _backend = new CpuBackend(winograd);
        _run = new PlanRun { Team = new ThreadTeam(threads) };
    }

    /// <summary>The CPU with all its cores.</summary>
    public static Device Default { get; } = Cpu();

    /// <summary>The number of threads that work on a plan; results do not depend on it.</summary>
    public int Threads { get; }

    /// <summary>Called with a line that helps the user, such as that a forward pass ran twice; by default it goes to standard error.</summary>
    public Action<string>? Notice { get; set; } = Console.Error.WriteLine;

    /// <summary>How many plans have been compiled.</summary>
    public long CompiledPlans => _cache.Misses;

    /// <summary>Held by whoever runs on this device.</summary>
    internal object Gate { get; } = new();

    /// <summary>Bytes from which on plans compute a value again; tests lower it.</summary>
    internal long RecomputeFrom { get; set; } = Recompute.LeastBytes;

    /// <summary>Called with every new plan: tests look at it, or break it to see whether they notice.</summary>
    internal Action<Plan>? Planned { get; set; }

    /// <summary>The plan of the last run, for tests and for those who look inside.</summary>
    internal Plan? LastPlan { get; private set; }

    /// <summary>A CPU device of its own.</summary>
    /// <param name="threads">How many threads work on a plan, at most 256; 0 takes all cores.</param>
    /// <param name="winograd">
    /// Whether 3×3 convolutions may use Winograd's algorithm: several times faster, with rounding errors about ten times those of a direct sum,
    /// still far below what training notices.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or above 256.</exception>
    public static Device Cpu(int threads = 0, bool winograd = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 256);
        return new Device(threads == 0 ? Math.Min(Environment.ProcessorCount, 256) : threads, winograd);
    }

    /// <summary>
    /// The launches of the last plan that ran: shapes, bytes, floating-point operations and, after <see cref="Profile"/>, times and rates against the
    /// machine's peak, which is measured at the first call that needs it. Launches that take half of the time together are marked.
    /// </summary>
    public string DescribeLastPlan()
    {
        lock (Gate)
        {
            bool isTimed = LastPlan?.Launches.Any(launch => launch.TimedRuns > 0) ?? false;
            return LastPlan is null ? "no plan has run" : PlanTable.Of(LastPlan, isTimed ? _peak ??= MachinePeak.Measure(_run.Team) : null);
        }
    }

    /// <summary>The last plan that ran, drawn in Graphviz's language: <c>dot -Tsvg</c> makes a picture of it.</summary>
    public string DrawLastPlan()
    {
        lock (Gate)
        {
            return LastPlan is null ? "digraph plan {\n}\n" : PlanDrawing.Of(LastPlan);
        }
    }

    /// <summary>Times every launch of every run from now on.</summary>
    public bool Profile
    {
        get => _run.Profile;
        set => _run.Profile = value;
    }

    /// <inheritdoc/>
    public override string ToString() => $"cpu ({Threads} {(Threads == 1 ? "thread" : "threads")})";

    /// <summary>Computes one tensor and keeps its value.</summary>
    internal void Compute(Tensor tensor, string caller)
    {
        lock (Gate)
        {
            if (tensor.Value is null)
            {
                ThrowIfTracing(caller);
                Execute(new Request { Outputs = [tensor], Caller = caller });
            }
        }
    }

    /// <summary>The present memory of a cell, slot or uniform.</summary>
    internal Storage ReadLeaf(Tensor leaf, string caller)
    {
        lock (Gate)
        {
            ThrowIfTracing(caller);
            GraphWalk.ThrowIfStale(leaf, caller);
            switch (leaf.Source)
            {
                case Cell cell:
                    return cell.Storage;
                case Slot slot:
                    return slot.Storage;
                default:
                    var storage = new Storage(leaf.Type);
                    ((Uniform)leaf.Source!).Write(storage.Bytes);
                    return storage;
            }
        }
    }

    /// <summary>Runs a request: all outputs are computed, all effects commit together, or nothing changes.</summary>
    /// <exception cref="StaleTensorException">Something that is needed is gone.</exception>
    /// <exception cref="NonFiniteException">A guard was not finite.</exception>
    internal void Execute(Request request)
    {
        lock (Gate)
        {
            GraphWalk walk = _idleWalks.TryPop(out GraphWalk? idle) ? idle : new GraphWalk();
            try
            {
                walk.Read(request);
                foreach (Cell cell in walk.Cells)
                {
                    // An initial value is computed by a run of its own, which must be over before this one takes the arena.
                    _ = cell.Storage;
                }

                BoundRun bound = BoundRun.Of(walk, PlanOf(walk, request), request);
                Run(bound);
                Keep(walk, bound);
                _trace?.Record(bound);
                if (request.Consumes)
                {
                    Consume(walk, request);
                }
            }
            finally
            {
                walk.Clear();
                _idleWalks.Push(walk);
            }
        }
    }

    /// <summary>A walk for autodiff; the caller holds the gate.</summary>
    internal Backward BeginBackward() => _idleBackwards.TryPop(out Backward? idle) ? idle : new Backward();

    internal void EndBackward(Backward walk, int visited)
    {
        BackwardVisits += visited;
        _idleBackwards.Push(walk);
    }

    /// <summary>The nodes that autodiff has visited, for the test that a second derivative does not walk a chain again for each node.</summary>
    internal long BackwardVisits { get; private set; }

    /// <summary>Computes a cell's initial value, outside of any trace: a replay must not do it again.</summary>
    internal Storage Initialise(Tensor initial)
    {
        lock (Gate)
        {
            Trace? trace = _trace;
            _trace = null;
            try
            {
                return initial.Computed("Initialise");
            }
            finally
            {
                _trace = trace;
            }
        }
    }

    /// <summary>Binds memory, runs the launches and commits. Allocates nothing when the bound run has run before.</summary>
    internal void Run(BoundRun bound)
    {
        Plan plan = bound.Plan;
        _arena.Reserve(plan.ArenaBytes);
        bound.Bind(_arena);
        _run.Bind(plan.Pointers);
        _run.Leaves = bound.Sources;
        LastPlan = plan;
        bool finite = plan.Run(_run);
        GC.KeepAlive(bound);
        if (!finite)
        {
            throw Diagnosis.Of(bound, this);
        }

        bound.Commit();
    }

    private Plan PlanOf(GraphWalk walk, Request request)
    {
        Plan? plan = _cache.Find(walk.Key);
        _missesInARow = plan is null ? _missesInARow + 1 : 0;
        if (plan is null)
        {
            if (_missesInARow == ManyMisses)
            {
                Notice?.Invoke(
                    $"{request.Caller}: the last {ManyMisses} graphs were all new to this device and had to be compiled. "
                    + $"Compared with the last one, {_cache.Difference(walk.Key)}.");
            }

            plan = Planner.Compile(PlanGraph.Of(walk, request), _backend, Threads, fuse: !IsEager, RecomputeFrom);
            Planned?.Invoke(plan);
            _cache.Add(walk.Key, plan);
        }

        return plan;
    }

    private static void Keep(GraphWalk walk, BoundRun bound)
    {
        for (int i = 0; i < walk.Outputs.Count; i++)
        {
            walk.Outputs[i].Value = bound.Outputs[i];
        }

        foreach (Tensor node in walk.Nodes)
        {
            if (node.Effects is not null)
            {
                node.EffectsDone();
            }
        }
    }

    private void Consume(GraphWalk walk, Request request)
    {
        foreach (Tensor node in walk.Nodes)
        {
            if (!_warned && node.Executions > 0 && node.Value is null && node.Inputs is { Length: > 0 })
            {
                _warned = true;
                Notice?.Invoke(
                    $"{request.Caller}: part of this graph was computed before the step and is computed again. "
                    + "Read the loss after the step, or pass other values in also:.");
            }

            // What had its value before the step is not part of the step: a constant that many steps share stays as it is.
            bool isComputed = node.Value is null || walk.IsOutput(node);
            if (!node.IsLeaf && isComputed)
            {
                node.Consume();
            }
        }
    }
}
