namespace Descent.Tests;

public class ScheduleTests
{
    public static TheoryData<string, Schedule> Schedules { get; } = new()
    {
        { "constant", Schedule.Constant(0.4) },
        { "step", Schedule.Step(0.4, every: 3, gamma: 0.5) },
        { "multistep", Schedule.MultiStep(0.4, [2, 5, 9]) },
        { "exponential", Schedule.Exponential(0.4, decay: 0.3) },
        { "inverse_time", Schedule.InverseTime(0.4, decay: 0.3) },
        { "polynomial", Schedule.Polynomial(0.4, total: 10, power: 2) },
        { "linear", Schedule.Polynomial(0.4, total: 8, floor: 0.1) },
        { "cosine", Schedule.Cosine(0.4, total: 10, floor: 0.01) },
        { "cosine_warmup", Schedule.Cosine(0.4, total: 12, warmup: 4) },
        { "cosine_restarts", Schedule.CosineRestarts(0.4, period: 4, floor: 0.01) },
        { "cosine_restarts_longer", Schedule.CosineRestarts(0.4, period: 3, stretch: 2) },
        { "step_warmup", Schedule.Step(0.4, every: 3, gamma: 0.5).WithWarmup(5) },
        { "sequence", Schedule.Constant(0.2).Then(4, Schedule.Exponential(0.4, decay: -Math.Log(0.9))) },
        { "chained", Schedule.Step(0.4, every: 4, gamma: 0.5).Times(Schedule.Exponential(1, decay: -Math.Log(0.9))) },
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

    public static TheoryData<string, Func<ReduceOnPlateau>, int> Plateaus { get; } = new()
    {
        { "relative", () => new ReduceOnPlateau(0.4, patience: 2), 1 },
        { "absolute", () => new ReduceOnPlateau(0.4, factor: 0.5, patience: 1, threshold: 0.2, absoluteThreshold: true), 1 },
        { "cooldown_floor", () => new ReduceOnPlateau(0.4, factor: 0.5, patience: 0, cooldown: 2, floor: 0.1), 1 },
        { "larger_relative", () => new ReduceOnPlateau(0.4, factor: 0.5, patience: 1, threshold: 0.01, largerIsBetter: true), -1 },
        {
            "larger_absolute",
            () => new ReduceOnPlateau(0.4, factor: 0.5, patience: 1, threshold: 0.2, absoluteThreshold: true, largerIsBetter: true),
            -1
        },
    };

    [Theory]
    [MemberData(nameof(Plateaus))]
    public void A_rate_falls_on_a_plateau_as_the_reference_and_resumes_exactly(string name, Func<ReduceOnPlateau> make, int sign)
    {
        double[] measures = Reference.Values("plateau", "measures"), expected = Reference.Values("plateau", name);
        ReduceOnPlateau plateau = make();
        for (int i = 0; i < measures.Length; i++)
        {
            ReduceOnPlateau resumed = make();
            resumed.State = plateau.State;
            plateau = resumed;
            Assert.Equal(expected[i], plateau.Observe(sign * measures[i]), 1e-15);
        }
    }

    [Fact]
    public void A_measure_that_is_no_number_is_not_better()
    {
        var plateau = new ReduceOnPlateau(1, patience: 0);
        Assert.Equal(1, plateau.Observe(5));
        Assert.Equal(0.1, plateau.Observe(double.NaN), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(1, factor: 1));
    }

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
        Assert.Equal(0.1, Schedule.Polynomial(0.4, total: 8, floor: 0.1)[1000], 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(0.3)[-1]);
    }
}
