namespace Descent.Engine.Tests;

public sealed class RngTests
{
    [Fact]
    public void Equal_seeds_and_names_give_equal_values_and_others_do_not()
    {
        double[] Values(ulong seed, string? name) =>
            Interpreter.Evaluate((name is null ? new Rng(seed) : new Rng(seed).Stream(name)).Uniform(new(8)));

        Assert.Equal(Values(1, null), Values(1, null));
        Assert.Equal(Values(1, "shuffle"), Values(1, "shuffle"));
        double[][] all = [Values(1, null), Values(2, null), Values(1, "shuffle"), Values(1, "dropout"), Values(2, "shuffle")];
        Assert.Equal(all.Length, all.Select(v => v[0]).Distinct().Count());
    }

    [Fact]
    public void A_node_keeps_its_draw_and_the_next_node_takes_the_next()
    {
        var rng = new Rng(1);
        Tensor first = rng.Normal(new(5)), second = rng.Normal(new(5));
        Assert.Equal(Interpreter.Evaluate(first), Interpreter.Evaluate(first));
        Assert.NotEqual(Interpreter.Evaluate(first), Interpreter.Evaluate(second));
    }

    [Fact]
    public void A_replay_advances_to_the_next_draw()
    {
        var rng = new Rng(1);
        Tensor node = rng.Uniform(new(4), type: DType.F64);
        double[] traced = Interpreter.Evaluate(node);
        ((Uniform)node.Inputs![0].Source!).Advance();
        double[] replayed = Interpreter.Evaluate(node);
        Assert.NotEqual(traced, replayed);
        var again = new Rng(1);
        again.Uniform(new(4));
        Assert.Equal(replayed, Interpreter.Evaluate(again.Uniform(new(4), type: DType.F64)));
    }

    [Fact]
    public void One_stream_does_not_disturb_another()
    {
        Rng busy = new(1), calm = new(1);
        for (int i = 0; i < 10; i++)
        {
            busy.Stream("augment").NextDouble();
            busy.NextDouble();
        }

        Assert.Equal(calm.Stream("shuffle").Permutation(20), busy.Stream("shuffle").Permutation(20));
    }

    [Fact]
    public void A_name_leads_to_the_same_stream_which_goes_on()
    {
        var rng = new Rng(1);
        Assert.Same(rng.Stream("shuffle"), rng.Stream("shuffle"));
        Assert.NotEqual(rng.Stream("shuffle").Permutation(20), rng.Stream("shuffle").Permutation(20));
        Assert.Equal("train/shuffle", rng.Stream("train").Stream("shuffle").Name);
    }

    [Fact]
    public void A_state_that_is_written_back_resumes_exactly()
    {
        var rng = new Rng(3);
        rng.Stream("shuffle").Permutation(5);
        rng.NextDouble();
        RngState state = rng.State;
        double[] expected = Draw(rng);

        Assert.Equal(state.Counters, new Dictionary<string, ulong> { [""] = 1, ["shuffle"] = 1 });
        rng.State = state;
        Assert.Equal(expected, Draw(rng));

        var resumed = new Rng(3);
        resumed.Stream("late").NextDouble();
        resumed.State = state;
        Assert.Equal(expected, Draw(resumed));

        static double[] Draw(Rng rng) =>
        [
            rng.NextDouble(), rng.Stream("late").NextDouble(), .. rng.Stream("shuffle").Permutation(9).Select(i => (double)i),
            .. Interpreter.Evaluate(rng.Normal(new(3))),
        ];
    }

    [Fact]
    public void A_state_of_another_seed_or_branch_is_refused()
    {
        var rng = new Rng(3);
        rng.Stream("a").NextDouble();
        Assert.Throws<ArgumentException>(() => new Rng(4).State = rng.State);
        Assert.Throws<ArgumentException>(() => rng.Stream("b").State = rng.Stream("a").State);
        Assert.Equal(["a"], rng.Stream("a").State.Counters.Keys);
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_every_order_comes_up()
    {
        var rng = new Rng(1);
        Assert.Empty(rng.Permutation(0));
        Assert.Equal(Enumerable.Range(0, 1000), rng.Permutation(1000).Order());
        int[] counts = new int[6];
        const int draws = 6000;
        for (int i = 0; i < draws; i++)
        {
            int[] p = rng.Permutation(3);
            counts[(p[0] * 2) + (p[1] > p[2] ? 1 : 0)]++;
        }

        // χ² with five degrees of freedom exceeds 25.7 once in ten thousand times; the seed is fixed.
        double expected = draws / 6.0;
        Assert.InRange(counts.Sum(c => (c - expected) * (c - expected) / expected), 0, 25.7);
    }

    [Fact]
    public void Host_draws_stay_in_their_range()
    {
        var rng = new Rng(1);
        double[] doubles = [.. Enumerable.Range(0, 2000).Select(_ => rng.NextDouble())];
        Assert.All(doubles, d => Assert.InRange(d, 0, 1 - 1e-16));
        Assert.Equal(0.5, doubles.Average(), 0.04);
        int[] integers = [.. Enumerable.Range(0, 2000).Select(_ => rng.Next(3))];
        Assert.Equal([0, 1, 2], integers.Distinct().Order());
    }

    [Fact]
    public void Limits_mean_deviation_and_probability_hold()
    {
        var rng = new Rng(1);
        double[] uniform = Interpreter.Evaluate(rng.Uniform(new(100, 100), -2, 3, DType.F64));
        Assert.All(uniform, u => Assert.InRange(u, -2, 3));
        Assert.Equal(0.5, uniform.Average(), 0.05);
        double[] normal = Interpreter.Evaluate(rng.Normal(new(100, 100), 4, 0.5, DType.F64));
        Assert.Equal(4, normal.Average(), 0.02);
        Assert.Equal(0.25, normal.Average(z => (z - 4) * (z - 4)), 0.02);
        Tensor mask = rng.Bernoulli(new(100, 100), 0.3);
        Assert.Equal(DType.Bool, mask.DType);
        Assert.Equal(0.3, Interpreter.Evaluate(mask).Average(), 0.02);
        Assert.Equal(0, Interpreter.Evaluate(rng.Bernoulli(new(100), 0)).Sum());
        Assert.Equal(100, Interpreter.Evaluate(rng.Bernoulli(new(100), 1)).Sum());
    }

    [Fact]
    public void F32_and_f64_hold_the_same_uniform_numbers() =>
        Assert.Equal(
            new Rng(9).Uniform(new(33)).ToArray<float>().Select(u => (double)u),
            new Rng(9).Uniform(new(33), type: DType.F64).ToArray<double>());
}
