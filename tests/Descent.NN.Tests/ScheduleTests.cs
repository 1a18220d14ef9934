namespace Descent.Tests;

public class ScheduleTests
{
    public static TheoryData<string, Schedule> Schedules { get; } = new()
    {
        { "step", Schedule.Step(0.4, every: 3, gamma: 0.5) },
        { "multistep", Schedule.MultiStep(0.4, [2, 5, 9]) },
        { "cosine", Schedule.Cosine(0.4, total: 10, floor: 0.01) },
        { "cosine_warmup", Schedule.Cosine(0.4, total: 12, warmup: 4) },
        { "onecycle", Schedule.OneCycle(0.4, total: 20) },
        { "onecycle_short_rise", Schedule.OneCycle(0.4, total: 15, rise: 0.2, startFactor: 10, endFactor: 100) },
    };

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Rates_equal_the_reference(string name, Schedule schedule)
    {
        double[] expected = Reference.Values("schedules", name);
        for (int step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step], schedule[step], 1e-12);
        }
    }

    [Fact]
    public void A_reference_stands_for_every_schedule_and_a_schedule_for_every_reference() =>
        Assert.Equal(Reference.Names("schedules").Order(), Schedules.Select(row => row.Data.Item1).Order());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void One_cycle_of_few_steps_stays_finite_and_below_its_peak(long total)
    {
        Schedule schedule = Schedule.OneCycle(0.1, total);
        for (long step = 0; step < total + 3; step++)
        {
            Assert.InRange(schedule[step], 0, 0.1);
        }
    }

    [Fact]
    public void A_rate_stays_where_its_schedule_ended()
    {
        Assert.Equal(0.01, Schedule.Cosine(0.4, total: 10, floor: 0.01)[1000]);
        Assert.Equal(Schedule.OneCycle(0.4, total: 20)[19], Schedule.OneCycle(0.4, total: 20)[1000]);
        Assert.Equal(0.3, Schedule.Constant(0.3)[1000]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(0.3)[-1]);
    }
}
