using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>
/// The threads of one CPU device. The caller of <see cref="Run"/> is worker 0; the others spin for a short while after a region,
/// where the next one reaches them in about a microsecond, and then sleep.
/// </summary>
/// <remarks>
/// A region ends when its units are done, not when every thread has shown up: a worker that the operating system has not scheduled in
/// time is not waited for, and its share is taken by the others. So a team may be larger than the machine.
/// Scheduling decides who runs a unit and in how long a run of units, never what a unit computes: units are to write disjoint memory.
/// The threads hold only <see cref="TeamState"/>, so a forgotten team is collected, and its finalizer ends them.
/// </remarks>
internal sealed unsafe class ThreadTeam : IDisposable
{
    private readonly TeamState _state;
    private readonly Thread[] _threads;
    private int _running;
    private bool _disposed;

    /// <summary>Starts <paramref name="threads"/> − 1 background threads.</summary>
    public ThreadTeam(int threads)
        : this(threads, Environment.ProcessorCount)
    {
    }

    /// <param name="threads">Size of the team, the caller included.</param>
    /// <param name="cores">How many threads are believed to run at once; tests say more than there are.</param>
    internal ThreadTeam(int threads, int cores)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, TeamState.MaxThreads);
        _state = new TeamState(threads, cores);
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = _state.Start(worker: i + 1);
        }
    }

    // The state is null where the constructor refused its arguments.
    ~ThreadTeam() => _state?.Stop();

    public int Threads => _threads.Length + 1;

    internal ReadOnlySpan<Thread> WorkerThreads => _threads;

    /// <summary>How many of the team's threads sleep at this moment.</summary>
    internal int Parked => _state.Parked;

    /// <summary>
    /// Calls <paramref name="body"/>(state, firstUnit, lastUnit, worker) until each unit in [0, <paramref name="units"/>) has been in
    /// exactly one [firstUnit, lastUnit). Returns when all calls have returned; allocates nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">A region is running already: called from inside a body, or by two threads.</exception>
    /// <remarks>What a body throws is rethrown here, the first of several; units not yet begun are then skipped.</remarks>
    [MethodImpl(Jit.Hot)]
    public void Run(int units, delegate*<void*, int, int, int, void> body, void* state)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException(
                "thread team: a region is running already; regions do not nest, and one caller at a time may start them.");
        }
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ArgumentOutOfRangeException.ThrowIfNegative(units);
            if (units > 1 && _threads.Length > 0)
            {
                _state.Run(units, body, state);
            }
            else if (units > 0)
            {
                body(state, 0, units, 0);
            }
        }
        finally
        {
            // Also keeps this object reachable, and so its threads running, to the end of the region.
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Ends the threads and waits for them.</summary>
    /// <exception cref="InvalidOperationException">A region is running.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException("thread team: disposed while a region is running.");
        }
        _disposed = true;
        _state.Stop();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
        GC.SuppressFinalize(this);
        Volatile.Write(ref _running, 0);
    }
}
