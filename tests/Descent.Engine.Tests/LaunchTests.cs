namespace Descent.Tests;

/// <summary>Who runs the units of a launch.</summary>
public sealed class LaunchTests
{
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(90_000, 1_000, true)]
    [InlineData(1_000, 19_000, true)]
    [InlineData(110_000, 0, false)]
    [InlineData(0, 21_000, false)]
    public void A_tiny_launch_stays_on_the_thread_that_asks(long flops, long bytes, bool isTiny)
    {
        using var team = new ThreadTeam(threads: 4);
        var launch = new Recorder(64) { Flops = flops, Bytes = bytes };
        launch.Execute(new PlanRun { Team = team });
        Assert.Equal(Enumerable.Range(0, 64), launch.Ran.SelectMany(r => Enumerable.Range(r.First, r.Last - r.First)).Order());

        // The team deals units in grains, so that all in one piece means that it was not asked.
        Assert.Equal(isTiny, launch.Ran.Count == 1);
        Assert.True(!isTiny || launch.Ran[0] == (0, 64, 0, Environment.CurrentManagedThreadId));
    }

    private sealed class Recorder(int count) : Launch
    {
        public List<(int First, int Last, int Worker, int Thread)> Ran { get; } = [];

        public override string Name => "units";

        protected override int Units(int phase) => count;

        protected override void RunUnits(int phase, int first, int last, int worker)
        {
            lock (Ran)
            {
                Ran.Add((first, last, worker, Environment.CurrentManagedThreadId));
            }
        }
    }
}
