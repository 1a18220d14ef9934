using System.Text.Json;

namespace Descent.Tests;

/// <summary>The update rules whose results Stanford's course CS231n publishes with its second assignment, by the optimizers themselves.</summary>
public sealed class Cs231nUpdateTests
{
    /// <summary>The published numbers have 8 digits and the rules' own numbers are f32.</summary>
    private const double Rounding = 1.5e-7;

    [Fact]
    public void Momentum()
    {
        // The course keeps the velocity −η·b.
        Case update = new("sgd_momentum");
        var optimizer = new Sgd([update.W], 1e-3, momentum: 0.9);
        optimizer.State()["0.momentum"].Write<double>([.. update.Input("velocity").Select(v => v / -1e-3)]);
        update.Step(optimizer);
        update.Verify("velocity", [.. optimizer.State()["0.momentum"].ToArray<double>().Select(b => b * -1e-3)]);
    }

    [Fact]
    public void RmsProp()
    {
        Case update = new("rmsprop");
        var optimizer = new RmsProp([update.W], 1e-2, alpha: 0.99, epsilon: 1e-8);
        optimizer.State()["0.v"].Write<double>(update.Input("cache"));
        update.Step(optimizer);
        update.Verify("cache", optimizer.State()["0.v"].ToArray<double>());
    }

    [Fact]
    public void Adam()
    {
        Case update = new("adam");
        var optimizer = new Adam([update.W], 1e-2);
        optimizer.State()["0.m"].Write<double>(update.Input("m"));
        optimizer.State()["0.v"].Write<double>(update.Input("v"));
        optimizer.Resume(5);
        update.Step(optimizer);
        update.Verify("m", optimizer.State()["0.m"].ToArray<double>());
        update.Verify("v", optimizer.State()["0.v"].ToArray<double>());
    }

    private sealed class Case
    {
        private readonly JsonElement _case;

        public Case(string name)
        {
            string path = SharedData.Path("cs231n", "expected.json");
            _case = JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("cases").EnumerateArray()
                .Single(c => c.GetProperty("name").GetString() == name);
            W = new Parameter(Tensor.From(Input("w"), new(4, 5)));
        }

        public Parameter W { get; }

        public double[] Input(string name)
        {
            JsonElement range = _case.GetProperty("inputs").GetProperty(name).GetProperty("linspace");
            double low = range[0].GetDouble(), high = range[1].GetDouble();
            return [.. Enumerable.Range(0, 20).Select(i => low + (i * (high - low) / 19))];
        }

        public void Step(Optimizer optimizer)
        {
            optimizer.Step((W.Read() * Tensor.From(Input("dw"), new(4, 5))).Sum().Backward());
            Verify("next_w", W.ToArray<double>());
        }

        public void Verify(string name, double[] actual)
        {
            double[] expected = [.. _case.GetProperty("expected").GetProperty(name).EnumerateArray()
                .SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble())];
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair =>
                Assert.InRange(Math.Abs(pair.First - pair.Second) / (Math.Abs(pair.First) + Math.Abs(pair.Second)), 0, Rounding));
        }
    }
}
