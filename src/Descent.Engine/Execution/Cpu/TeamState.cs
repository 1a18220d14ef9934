using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>What the threads of a <see cref="ThreadTeam"/> share: the region that is open, its units, and who sleeps.</summary>
/// <remarks>
/// <para>The gate is one word: region number, an open bit, and how many workers are inside. A worker enters by a compare-and-swap that
/// succeeds only while the region is open; the caller closes the region when no unit is left to take, then waits for the count to fall to
/// zero. Hence nothing of a region is touched once <see cref="Run"/> has returned.</para>
/// <para>Units are dealt as one contiguous range per worker, the same at every run, so that a worker finds its data in its cache again.
/// Owners take grains from the front, thieves from the back, both by compare-and-swap of the packed range.</para>
/// </remarks>
internal sealed unsafe class TeamState
{
    public const int MaxThreads = 1024;

    private const long CountMask = 0xFFFF;
    private const long Open = 0x1_0000;
    private const int NumberShift = 17;

    // A share is cut in this many grains: enough to even out a late worker, few enough that taking them costs nothing.
    private const int GrainsPerShare = 8;

    // Pauses between two looks at the clock (about a microsecond), and for how long a waiter pauses before it offers its core to others.
    private const int PausesPerLook = 32;
    private static readonly long PatientTicks = Stopwatch.Frequency / 20_000;

    // Steps of a training loop follow each other within this time; longer gaps are worth the 20 µs that waking costs.
    private static readonly long SpinTicks = Stopwatch.Frequency / 5_000;

    private readonly int _threads;
    private readonly int _cores;
    private readonly PaddedLong[] _ranges;
    private readonly PaddedLong[] _sleeping;
    private readonly AutoResetEvent[] _bells;
    private PaddedLong _gate;
    private PaddedLong _parked;
    private volatile bool _stop;

    private delegate*<void*, int, int, int, void> _body;
    private void* _bodyState;
    private int _grain;
    private ExceptionDispatchInfo? _failure;

    public TeamState(int threads, int cores)
    {
        _threads = threads;
        _cores = cores;
        _ranges = new PaddedLong[threads];
        _sleeping = new PaddedLong[threads];
        _bells = new AutoResetEvent[threads];
        for (int i = 1; i < threads; i++)
        {
            _bells[i] = new AutoResetEvent(initialState: false);
        }
    }

    public int Parked => (int)Volatile.Read(ref _parked.Value);

    public Thread Start(int worker)
    {
        var thread = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"Descent worker {worker}" };
        thread.UnsafeStart();
        return thread;
    }

    /// <summary>Lets every thread end. Called once no region can be open any more.</summary>
    public void Stop()
    {
        _stop = true;
        Interlocked.MemoryBarrier();
        Wake(_threads - 1);
    }

    [MethodImpl(Jit.Hot)]
    public void Run(int units, delegate*<void*, int, int, int, void> body, void* state)
    {
        _body = body;
        _bodyState = state;
        _grain = Math.Max(1, units / (GrainsPerShare * _threads));
        for (int i = 0; i < _threads; i++)
        {
            _ranges[i].Value = Pack((int)((long)units * i / _threads), (int)((long)units * (i + 1) / _threads));
        }
        long number = (_gate.Value >> NumberShift) + 1;
        // A full fence: a worker on its way to sleep either sees the open gate or is seen as parked.
        Interlocked.Exchange(ref _gate.Value, (number << NumberShift) | Open);

        int parked = (int)Volatile.Read(ref _parked.Value);
        if (parked > 0)
        {
            int awake = _threads - 1 - parked;
            Wake(Math.Min(units, Math.Min(_threads, _cores)) - 1 - awake);
        }

        Work(worker: 0);

        Interlocked.And(ref _gate.Value, ~Open);
        AwaitEmpty();
        if (_failure is not null)
        {
            ExceptionDispatchInfo failure = _failure;
            _failure = null;
            failure.Throw();
        }
    }

    /// <summary>The life of worker threads: enter each region that is seen open, wait for the next.</summary>
    [MethodImpl(Jit.Hot)]
    private void Serve(int worker)
    {
        long seen = 0;
        while (AwaitOpen(worker, seen))
        {
            // The swap fails when another worker entered or the region closed in between; then look again.
            long gate = Volatile.Read(ref _gate.Value);
            if ((gate & Open) != 0 && Interlocked.CompareExchange(ref _gate.Value, gate + 1, gate) == gate)
            {
                seen = gate >> NumberShift;
                Work(worker);
                Interlocked.Decrement(ref _gate.Value);
            }
        }
    }

    /// <summary>Runs units until none is left to take, first of the worker's own share, then of the others'.</summary>
    [MethodImpl(Jit.Hot)]
    private void Work(int worker)
    {
        try
        {
            int first, last;
            while (TakeFront(ref _ranges[worker].Value, out first, out last))
            {
                _body(_bodyState, first, last, worker);
            }
            for (int i = 1; i < _threads; i++)
            {
                int victim = worker + i < _threads ? worker + i : worker + i - _threads;
                while (TakeBack(ref _ranges[victim].Value, out first, out last))
                {
                    _body(_bodyState, first, last, worker);
                }
            }
        }
#pragma warning disable CA1031 // Whatever a body throws belongs to the caller of Run, who may be on another thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            for (int i = 0; i < _threads; i++)
            {
                Interlocked.Exchange(ref _ranges[i].Value, 0);
            }
        }
    }

    /// <summary>Returns true when a region newer than <paramref name="seen"/> is open, false when the team has ended.</summary>
    [MethodImpl(Jit.Hot)]
    private bool AwaitOpen(int worker, long seen)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            for (int i = 0; i < PausesPerLook; i++)
            {
                if (IsNewlyOpen(seen))
                {
                    return true;
                }
                Pause();
            }
            if (_stop)
            {
                return false;
            }
            long waited = Stopwatch.GetTimestamp() - start;
            // More waiters than cores would take turns with the thread that is to open the next region.
            bool crowded = _threads - Parked > _cores;
            if (waited > SpinTicks || crowded)
            {
                Sleep(worker, seen);
                start = Stopwatch.GetTimestamp();
            }
            else if (waited > PatientTicks)
            {
                Thread.Yield();
            }
        }
    }

    private void Sleep(int worker, long seen)
    {
        Interlocked.Increment(ref _parked.Value);
        Interlocked.Exchange(ref _sleeping[worker].Value, 1);
        // Whoever turns the mark from 1 to 0 ends the sleep: this thread, or the caller, which then rings.
        bool awake = (IsNewlyOpen(seen) || _stop) && Interlocked.Exchange(ref _sleeping[worker].Value, 0) == 1;
        if (awake)
        {
            Interlocked.Decrement(ref _parked.Value);
        }
        else
        {
            _bells[worker].WaitOne();
        }
    }

    private void Wake(int count)
    {
        for (int i = 1; i < _threads && count > 0; i++)
        {
            if (Volatile.Read(ref _sleeping[i].Value) == 1 && Interlocked.Exchange(ref _sleeping[i].Value, 0) == 1)
            {
                Interlocked.Decrement(ref _parked.Value);
                _bells[i].Set();
                count--;
            }
        }
    }

    /// <summary>Waits for the workers inside a closed region to leave.</summary>
    [MethodImpl(Jit.Hot)]
    private void AwaitEmpty()
    {
        long start = 0;
        for (int i = 1; (Volatile.Read(ref _gate.Value) & CountMask) != 0; i++)
        {
            Pause();
            if (i % PausesPerLook != 0)
            {
                continue;
            }
            long now = Stopwatch.GetTimestamp();
            start = start == 0 ? now : start;
            if (now - start > PatientTicks)
            {
                Thread.Yield();
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private bool IsNewlyOpen(long seen)
    {
        long gate = Volatile.Read(ref _gate.Value);
        return (gate & Open) != 0 && gate >> NumberShift > seen;
    }

    [MethodImpl(Jit.Inline)]
    private bool TakeFront(ref long range, out int first, out int last)
    {
        while (true)
        {
            long seen = Volatile.Read(ref range);
            first = (int)(seen >> 32);
            int end = (int)seen;
            last = first + Math.Min(_grain, end - first);
            if (first >= end)
            {
                return false;
            }
            if (Interlocked.CompareExchange(ref range, Pack(last, end), seen) == seen)
            {
                return true;
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private bool TakeBack(ref long range, out int first, out int last)
    {
        while (true)
        {
            long seen = Volatile.Read(ref range);
            int begin = (int)(seen >> 32);
            last = (int)seen;
            first = last - Math.Min(_grain, last - begin);
            if (begin >= last)
            {
                return false;
            }
            if (Interlocked.CompareExchange(ref range, Pack(begin, first), seen) == seen)
            {
                return true;
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private static long Pack(int first, int last) => ((long)first << 32) | (uint)last;

    [MethodImpl(Jit.Inline)]
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    /// <summary>A word with two cache lines of its own: processors fetch lines in pairs.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedLong
    {
        [FieldOffset(128)]
        public long Value;
    }
}
