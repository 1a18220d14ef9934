namespace Descent;

/// <summary>What a traced step ran, the bound runs in order, and what it looked at that may change.</summary>
internal sealed class Trace
{
    [ThreadStatic]
    private static Trace? s_current;

    private readonly HashSet<IGuard> _watched = new(ReferenceEqualityComparer.Instance);
    private readonly Trace? _outer = s_current;

    private Trace()
    {
    }

    public List<BoundRun> Runs { get; } = [];

    /// <summary>Whatever told the step its mode or that it is frozen, whether or not a walk has ever reached it.</summary>
    public IEnumerable<IGuard> Watched => _watched;

    public static Trace Begin() => s_current = new Trace();

    /// <summary>Called where a step may read what is no tensor: a replay must notice when it changes.</summary>
    public static void Watch(IGuard guard) => s_current?._watched.Add(guard);

    public void End() => s_current = _outer;

    public void Record(BoundRun run) => Runs.Add(run);
}

/// <summary>Something whose change makes a compiled step trace anew: a module with its modes, frozen flags and structure.</summary>
internal interface IGuard
{
    long Fingerprint();
}

public sealed partial class Device
{
    private Trace? _trace;

    internal bool IsTracing => _trace is not null;

    /// <summary>Compiles a step of one input: <see cref="Compiled.Run(Tensor)"/> replays it without building a graph.</summary>
    public Compiled Compile(Func<Tensor, Tensor> step) => new(this, args => step(args[0]), 1, step.Target as IGuard);

    /// <summary>
    /// Compiles a step of two inputs, such as images and labels: the first call for each pair of shapes traces it, every further one
    /// replays the plans without building a graph. While tracing, reading a value throws: a replay could not follow the branch it decides.
    /// </summary>
    public Compiled Compile(Func<Tensor, Tensor, Tensor> step) => new(this, args => step(args[0], args[1]), 2, step.Target as IGuard);

    internal Trace BeginTrace() => _trace = Trace.Begin();

    internal void EndTrace()
    {
        _trace?.End();
        _trace = null;
    }

    private void ThrowIfTracing(string caller)
    {
        if (_trace is not null)
        {
            throw new InvalidOperationException(
                $"{caller}: a value is read while a step is being compiled, and a replay could not follow what is decided by it. "
                + "Return the tensor from the step and read it afterwards.");
        }
    }
}

/// <summary>A step that was traced once per input shape and is replayed: no graph is built and nothing is allocated.</summary>
public sealed class Compiled
{
    private readonly Device _device;
    private readonly Func<Tensor[], Tensor> _step;
    private readonly Tensor[] _arguments;
    private readonly List<Entry> _entries = [];

    /// <summary>The module whose method the step is, as in <c>device.Compile(model.Forward)</c>.</summary>
    private readonly IGuard? _owner;

    internal Compiled(Device device, Func<Tensor[], Tensor> step, int arguments, IGuard? owner)
    {
        (_device, _step, _arguments, _owner) = (device, step, new Tensor[arguments], owner);
    }

    /// <summary>How often the step was traced: once per combination of input shapes and model state.</summary>
    public int Traces { get; private set; }

    /// <summary>Runs the step. The tensor that comes back is the same object every time; its value is that of the latest call.</summary>
    /// <exception cref="ArgumentException">The step takes another number of inputs.</exception>
    /// <exception cref="NonFiniteException">The loss was not finite; nothing was written.</exception>
    public Tensor Run(Tensor input)
    {
        lock (_device.Gate)
        {
            Require(1);
            _arguments[0] = input;
            return Run();
        }
    }

    /// <inheritdoc cref="Run(Tensor)"/>
    public Tensor Run(Tensor first, Tensor second)
    {
        lock (_device.Gate)
        {
            Require(2);
            _arguments[0] = first;
            _arguments[1] = second;
            return Run();
        }
    }

    private void Require(int count)
    {
        if (_arguments.Length != count)
        {
            throw new ArgumentException($"This compiled step takes {_arguments.Length} inputs, not {count}.");
        }
    }

    private Tensor Run()
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Fits(_arguments))
            {
                entry.Replay(_device, _arguments);
                return entry.Result;
            }
        }

        return TraceAnew();
    }

    private Tensor TraceAnew()
    {
        // Values are bound by leaf: an argument must be a leaf, and its value must be there already.
        foreach (Tensor argument in _arguments)
        {
            argument.Realize();
        }

        Tensor[] arguments = [.. _arguments];
        Trace trace = _device.BeginTrace();
        Tensor result;
        try
        {
            result = _step(arguments);
            if (result.Value is null)
            {
                _device.Execute(new Request { Outputs = [result], Caller = "Compile" });
            }
        }
        finally
        {
            _device.EndTrace();
        }

        Traces++;
        _entries.RemoveAll(entry => entry.HasShapesOf(arguments));
        _entries.Add(new Entry(trace, arguments, result, _owner));
        return result;
    }

    /// <summary>One trace: its runs, where the arguments stand among their leaves, and what must not have changed.</summary>
    private sealed class Entry
    {
        private readonly BoundRun[] _runs;
        private readonly TensorType[] _types;
        private readonly (int Run, int Leaf, int Argument)[] _bindings;
        private readonly (IGuard Guard, long Fingerprint)[] _guards;

        public Entry(Trace trace, Tensor[] arguments, Tensor result, IGuard? owner)
        {
            _runs = [.. trace.Runs];
            Result = result;
            _types = [.. arguments.Select(argument => argument.Type)];
            var bindings = new List<(int Run, int Leaf, int Argument)>();
            for (int run = 0; run < _runs.Length; run++)
            {
                for (int leaf = 0; leaf < _runs[run].Sources.Length; leaf++)
                {
                    int argument = Array.FindIndex(arguments, a => ReferenceEquals(SourceOf(a), _runs[run].Sources[leaf]));
                    if (argument >= 0)
                    {
                        bindings.Add((run, leaf, argument));
                    }
                }
            }

            _bindings = [.. bindings];
            IEnumerable<IGuard> roots = _runs.SelectMany(run => run.Sources).OfType<Cell>().Select(cell => cell.Root).OfType<IGuard>();
            IEnumerable<IGuard> guards = trace.Watched.Concat(roots).Concat(owner is null ? [] : [owner]);
            _guards = [.. guards.Distinct().Select(guard => (guard, guard.Fingerprint()))];
        }

        public Tensor Result { get; }

        public bool HasShapesOf(Tensor[] arguments)
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                if (arguments[i].Type != _types[i])
                {
                    return false;
                }
            }

            return true;
        }

        public bool Fits(Tensor[] arguments)
        {
            if (!HasShapesOf(arguments))
            {
                return false;
            }

            foreach ((IGuard guard, long fingerprint) in _guards)
            {
                if (guard.Fingerprint() != fingerprint)
                {
                    return false;
                }
            }

            return true;
        }

        public void Replay(Device device, Tensor[] arguments)
        {
            foreach ((int run, int leaf, int argument) in _bindings)
            {
                _runs[run].Rebind(leaf, SourceOf(arguments[argument]));
            }

            foreach (BoundRun run in _runs)
            {
                run.Advance();
                device.Run(run);
            }
        }

        private static object SourceOf(Tensor argument)
        {
            if (argument.Value is { } value)
            {
                return value;
            }

            argument.ThrowIfConsumed("Compiled.Run");
            if (argument.Source is Slot slot && slot.Version != argument.Version)
            {
                throw new StaleTensorException($"Compiled.Run: the batch {argument.Type} was released when the loader moved on.");
            }

            if (argument.Source is null)
            {
                argument.Realize();
            }

            return argument.Value ?? argument.Source!;
        }
    }
}
