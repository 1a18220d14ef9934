using System.Text.Json;

namespace Descent.Engine.Tests;

/// <summary>
/// The numbers that Stanford's course CS231n publishes with its assignments: networks, layers and update rules from end to end.
/// </summary>
public sealed class Cs231nTests
{
    // The published numbers have 8 digits or so; the file says how far an independent computation in double lies from them.
    private const double Slack = 1.05;
    private const double Rounding = 1e-9;

    private static readonly Dictionary<string, Func<Func<string, Tensor>, Dictionary<string, Tensor>>> s_cases = new()
    {
        ["a1_two_layer_net"] = x =>
        {
            Tensor scores = Affine(Affine(x("X"), x("W1"), x("b1")).Relu(), x("W2"), x("b2"));
            Tensor penalty = x("reg") * (x("W1").Square().Sum() + x("W2").Square().Sum());
            return new() { ["scores"] = scores, ["loss_data_plus_reg"] = scores.CrossEntropy(x("y")).Mean() + penalty };
        },
        ["a2_TwoLayerNet"] = x =>
        {
            Tensor scores = Affine(Affine(x("X_T").T, x("W1"), x("b1")).Relu(), x("W2"), x("b2"));
            Tensor loss = scores.CrossEntropy(x("y")).Mean();
            Tensor penalty = 0.5 * (x("W1").Square().Sum() + x("W2").Square().Sum());
            return new() { ["scores"] = scores, ["loss_reg0"] = loss, ["loss_reg1"] = loss + penalty };
        },
        ["affine_forward"] = x => new() { ["out"] = Affine(x("x").Flatten(), x("w"), x("b")) },
        ["relu_forward"] = x => new() { ["out"] = x("x").Relu() },
        ["sgd_momentum"] = x =>
        {
            Tensor velocity = (0.9 * x("velocity")) - (1e-3 * x("dw"));
            return new() { ["velocity"] = velocity, ["next_w"] = x("w") + velocity };
        },
        ["rmsprop"] = x =>
        {
            Tensor cache = (0.99 * x("cache")) + (0.01 * x("dw").Square());
            return new() { ["cache"] = cache, ["next_w"] = x("w") - (1e-2 * x("dw") / (cache.Sqrt() + 1e-8)) };
        },
        ["adam"] = x =>
        {
            Tensor m = (0.9 * x("m")) + (0.1 * x("dw")), v = (0.999 * x("v")) + (0.001 * x("dw").Square());
            Tensor direction = m / (1 - Math.Pow(0.9, 6)) / ((v / (1 - Math.Pow(0.999, 6))).Sqrt() + 1e-8);
            return new() { ["m"] = m, ["v"] = v, ["next_w"] = x("w") - (1e-2 * direction) };
        },
        ["conv_forward_naive"] = x => new() { ["out"] = x("x").Conv2d(x("w"), stride: 2, padding: 1) + x("b").Reshape(-1, 1, 1) },
        ["max_pool_forward_naive"] = x => new() { ["out"] = x("x").MaxPool2d(2) },
        ["rnn_step_forward"] = x => new() { ["next_h"] = RnnStep(x("x"), x("prev_h"), x) },
        ["rnn_forward"] = x => new() { ["h"] = OverTime(x("x"), x("h0"), (xt, h) => RnnStep(xt, h, x)) },
        ["word_embedding_forward"] = x => new() { ["out"] = x("W").Gather(x("x")) },
        ["lstm_step_forward"] = x =>
        {
            (Tensor h, Tensor c) = LstmStep(x("x"), x("prev_h"), x("prev_c"), x);
            return new() { ["next_h"] = h, ["next_c"] = c };
        },
        ["lstm_forward"] = x =>
        {
            Tensor cell = Tensor.Zeros(x("h0").Shape, DType.F64);
            return new()
            {
                ["h"] = OverTime(x("x"), x("h0"), (xt, h) =>
                {
                    (h, cell) = LstmStep(xt, h, cell, x);
                    return h;
                }),
            };
        },
        ["batchnorm_forward_train_stats"] = x => Statistics(x("a"), x("a").BatchNormTraining(x("gamma"), x("beta")).Y, [0]),
        ["spatial_batchnorm_stats"] = x => Statistics(x("x"), x("x").BatchNormTraining(x("gamma"), x("beta")).Y, [0, 2, 3]),
        ["layernorm_forward_stats"] = x => Statistics(x("a"), (Standardized(x("a"), [1]) * x("gamma")) + x("beta"), [1]),
        ["spatial_groupnorm_stats"] = x =>
        {
            Tensor groups = x("x").Reshape(x("x").Shape[0] * 2, -1);
            return Statistics(groups, Standardized(groups, [1]), [1]);
        },
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Published_numbers_are_reached(string name)
    {
        string? file = ReferenceFiles.SharedData("cs231n/expected.json");
        Assert.SkipWhen(file is null, "../shared/data/cs231n/expected.json is absent.");
        JsonElement test = JsonDocument.Parse(File.ReadAllBytes(file!)).RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == name);
        JsonElement inputs = test.GetProperty("inputs");
        JsonElement known = test.GetProperty("verified_with_independent_numpy").GetProperty("max_rel_error");
        Dictionary<string, Tensor> actual = s_cases[name](input => Read(inputs.GetProperty(input)));
        foreach (JsonProperty expected in test.GetProperty("expected").EnumerateObject())
        {
            double[] wanted = ReferenceFiles.Numbers(expected.Value);
            foreach (double[] values in new[] { Interpreter.Evaluate(actual[expected.Name]), actual[expected.Name].ToArray<double>() })
            {
                Assert.Equal(wanted.Length, values.Length);
                double error = wanted.Zip(values, (a, b) => Math.Abs(a - b) / Math.Max(1e-8, Math.Abs(a) + Math.Abs(b))).Max();
                Assert.InRange(error, 0, (known.GetProperty(expected.Name).GetDouble() * Slack) + Rounding);
            }
        }
    }

    private static Tensor Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            var shape = new Shape([.. value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())]);
            double low = value.GetProperty("linspace")[0].GetDouble(), high = value.GetProperty("linspace")[1].GetDouble();
            return Tensor.From([.. Enumerable.Range(0, (int)shape.Count).Select(i => low + (i * (high - low) / (shape.Count - 1)))], shape);
        }

        double[] numbers = ReferenceFiles.Numbers(value);
        bool isIndex = value.ValueKind == JsonValueKind.Array && !value.GetRawText().Contains('.', StringComparison.Ordinal);
        return isIndex
            ? Tensor.From([.. numbers.Select(n => (long)n)], ReferenceFiles.ShapeOf(value))
            : Tensor.From(numbers, ReferenceFiles.ShapeOf(value));
    }

    private static Tensor Affine(Tensor x, Tensor w, Tensor b) => x.MatMul(w) + b;

    private static Tensor RnnStep(Tensor x, Tensor h, Func<string, Tensor> of) =>
        (x.MatMul(of("Wx")) + h.MatMul(of("Wh")) + of("b")).Tanh();

    /// <summary>The course orders the gates input, forget, output, candidate.</summary>
    private static (Tensor H, Tensor C) LstmStep(Tensor x, Tensor h, Tensor c, Func<string, Tensor> of)
    {
        int size = h.Shape[1];
        Tensor[] gates = (x.MatMul(of("Wx")) + h.MatMul(of("Wh")) + of("b")).Split(1, size, size, size, size);
        Tensor next = (gates[1].Sigmoid() * c) + (gates[0].Sigmoid() * gates[3].Tanh());
        return (gates[2].Sigmoid() * next.Tanh(), next);
    }

    private static Tensor OverTime(Tensor x, Tensor h, Func<Tensor, Tensor, Tensor> step)
    {
        var states = new List<Tensor>();
        foreach (Tensor xt in x.Split(1, [.. Enumerable.Repeat(1, x.Shape[1])]))
        {
            states.Add(h = step(xt.Squeeze(1), h));
        }

        return Tensor.Stack(1, [.. states]);
    }

    private static Tensor Standardized(Tensor x, int[] axes) =>
        (x - x.Mean(axes, keepDims: true)) / (x.Variance(axes, keepDims: true, unbiased: false) + 1e-5).Sqrt();

    private static Dictionary<string, Tensor> Statistics(Tensor before, Tensor after, int[] axes) => new()
    {
        ["before_means"] = before.Mean(axes),
        ["before_stds"] = before.StandardDeviation(axes, unbiased: false),
        ["after_means"] = after.Mean(axes),
        ["after_stds"] = after.StandardDeviation(axes, unbiased: false),
    };
}
