using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.Tests;

/// <summary>Cores are overstated in most tests: otherwise threads beyond the machine's cores sleep, and no race would be tried.</summary>
[Collection(Alone.Name)]
public sealed unsafe class ThreadTeamTests
{
    private const int ManyCores = 64;

    [Theory]
    [InlineData(1, ManyCores)]
    [InlineData(2, ManyCores)]
    [InlineData(3, ManyCores)]
    [InlineData(8, ManyCores)]
    [InlineData(2, 1)]
    [InlineData(8, 2)]
    public void Every_unit_runs_exactly_once(int threads, int cores)
    {
        using var team = new ThreadTeam(threads, cores);
        int[] sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100, 255, 257, 1000, 4096, 10_007];
        int[] counts = new int[10_007];
        for (int round = 0; round < 20; round++)
        {
            foreach (int units in sizes)
            {
                Array.Clear(counts);
                fixed (int* p = counts)
                {
                    team.Run(units, &CountUnits, p);
                }
                for (int i = 0; i < counts.Length; i++)
                {
                    Assert.Equal(i < units ? 1 : 0, counts[i]);
                }
            }
        }
    }

    [Fact]
    public void Workers_are_numbered_within_the_team()
    {
        using var team = new ThreadTeam(4, ManyCores);
        int[] seen = new int[4];
        fixed (int* p = seen)
        {
            for (int i = 0; i < 1000; i++)
            {
                team.Run(64, &CountWorkers, p);
            }
        }
        Assert.Equal(64_000, seen.Sum());
        Assert.True(seen[0] > 0, "The caller takes part.");
    }

    [Fact]
    public void Units_are_shared_among_threads()
    {
        using var team = new ThreadTeam(2, ManyCores);
        int[] seen = new int[2];
        fixed (int* p = seen)
        {
            // Sleeping units: the second thread gets its share however busy the machine is.
            team.Run(40, &SleepAndCount, p);
        }
        Assert.Equal(40, seen.Sum());
        Assert.True(seen[1] > 0, "The second thread took no unit in 40 ms.");
    }

    [Fact]
    public void A_late_share_is_stolen()
    {
        using var team = new ThreadTeam(2, ManyCores);
        int[] seen = new int[2];
        fixed (int* p = seen)
        {
            // Unit 0 takes as long as all the others together: a split in two fixed halves would take 1.5 times as long.
            team.Run(16, &FirstUnitIsSlow, p);
        }
        Assert.Equal(16, seen.Sum());
        Assert.True(seen.Max() > 8, $"Shares were {seen[0]} and {seen[1]}: nothing was stolen.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void What_a_body_throws_reaches_the_caller_and_the_team_lives_on(int threads)
    {
        using var team = new ThreadTeam(threads, ManyCores);
        int[] counts = new int[100];
        fixed (int* p = counts)
        {
            for (int round = 0; round < 100; round++)
            {
                nint state = (nint)p;
                InvalidDataException error = Assert.Throws<InvalidDataException>(() => team.Run(100, &ThrowAtUnit57, (void*)state));
                Assert.Equal("unit 57", error.Message);
                Array.Clear(counts);
                team.Run(100, &CountUnits, p);
                Assert.All(counts, n => Assert.Equal(1, n));
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 100)]
    public void Regions_do_not_nest(int threads, int units)
    {
        using var team = new ThreadTeam(threads, ManyCores);
        var handle = GCHandle.Alloc(team);
        nint state = (nint)handle;
        var error = Assert.Throws<InvalidOperationException>(() => team.Run(units, &RunInside, (void*)state));
        handle.Free();
        Assert.Contains("do not nest", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_sleep_after_a_while_and_wake_for_the_next_region()
    {
        using var team = new ThreadTeam(3, ManyCores);
        int[] counts = new int[64];
        fixed (int* p = counts)
        {
            for (int round = 1; round <= 20; round++)
            {
                Assert.True(SpinWait.SpinUntil(() => team.Parked == 2, TimeSpan.FromSeconds(20)), "Workers do not go to sleep.");
                team.Run(64, &SlowlyCountUnits, p);
                Assert.All(counts, n => Assert.Equal(round, n));
            }
        }
    }

    [Fact]
    public void A_team_larger_than_the_machine_leaves_the_surplus_asleep()
    {
        using var team = new ThreadTeam(8, cores: 2);
        int[] counts = new int[64];
        fixed (int* p = counts)
        {
            Assert.True(SpinWait.SpinUntil(() => team.Parked == 7, TimeSpan.FromSeconds(20)), "Workers do not go to sleep.");
            for (int i = 0; i < 100; i++)
            {
                team.Run(64, &CountUnits, p);
                Assert.InRange(team.Parked, 6, 7);
            }
        }
    }

    [Theory]
    [InlineData(2, ManyCores, 100_000)]
    [InlineData(4, ManyCores, 5_000)]
    [InlineData(8, 2, 100_000)]
    public void A_long_run_of_small_regions_loses_nothing(int threads, int cores, int regions)
    {
        using var team = new ThreadTeam(threads, cores);
        int[] counts = new int[7];
        fixed (int* p = counts)
        {
            for (int i = 0; i < regions; i++)
            {
                team.Run(1 + (i % 7), &CountUnits, p);
            }
        }
        for (int unit = 0; unit < 7; unit++)
        {
            int expected = Enumerable.Range(0, regions).Count(i => i % 7 >= unit);
            Assert.Equal(expected, counts[unit]);
        }
    }

    [Fact]
    public void Regions_allocate_nothing()
    {
        using var team = new ThreadTeam(2, ManyCores);
        int[] counts = new int[64];
        fixed (int* p = counts)
        {
            // The whole process is counted, workers included; tests that run beside this one may spoil a round, not all of them.
            long least = long.MaxValue;
            for (int round = 0; round < 50 && least > 0; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < 10_000; i++)
                {
                    team.Run(64, &CountUnits, p);
                }
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void A_disposed_team_ends_its_threads_and_refuses_work()
    {
        var team = new ThreadTeam(4, ManyCores);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(10, &CountUnits, null));
    }

    [Fact]
    public void A_forgotten_team_ends_its_threads()
    {
        WeakReference<Thread>[] threads = StartAndForget();
        var clock = Stopwatch.StartNew();
        while (threads.Any(t => t.TryGetTarget(out Thread? thread) && thread.IsAlive))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "Threads of a collected team still run.");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(5);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void A_team_of_no_or_absurdly_many_threads_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(threads));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<Thread>[] StartAndForget()
    {
        var team = new ThreadTeam(3, ManyCores);
        int[] counts = new int[10];
        fixed (int* p = counts)
        {
            team.Run(10, &CountUnits, p);
        }
        return [.. team.WorkerThreads.ToArray().Select(t => new WeakReference<Thread>(t))];
    }

    private static void CountUnits(void* state, int first, int last, int worker)
    {
        for (int i = first; i < last; i++)
        {
            Interlocked.Increment(ref ((int*)state)[i]);
        }
    }

    private static void SlowlyCountUnits(void* state, int first, int last, int worker)
    {
        CountUnits(state, first, last, worker);
        Thread.SpinWait(500);
    }

    private static void CountWorkers(void* state, int first, int last, int worker) =>
        Interlocked.Add(ref ((int*)state)[worker], last - first);

    private static void SleepAndCount(void* state, int first, int last, int worker)
    {
        Thread.Sleep(last - first);
        CountWorkers(state, first, last, worker);
    }

    private static void FirstUnitIsSlow(void* state, int first, int last, int worker)
    {
        Thread.Sleep(first == 0 ? 150 : 10 * (last - first));
        CountWorkers(state, first, last, worker);
    }

    private static void ThrowAtUnit57(void* state, int first, int last, int worker)
    {
        if (first <= 57 && 57 < last)
        {
            throw new InvalidDataException("unit 57");
        }
    }

    private static void RunInside(void* state, int first, int last, int worker)
    {
        var team = (ThreadTeam)GCHandle.FromIntPtr((nint)state).Target!;
        team.Run(4, &CountUnits, null);
    }
}
