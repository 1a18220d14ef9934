using System.Text.Json;

namespace Descent.Tests;

/// <summary>The numbers that Stanford's course CS231n publishes with its assignments, by the layers, losses and penalties themselves.</summary>
public sealed class Cs231nLayerTests
{
    /// <summary>f32 beside numbers of 8 digits, relative to the largest of an array: sums of up to 200 terms, and a loss of ten layers' digits.</summary>
    private const double Rounding = 3e-6;

    private static readonly Dictionary<string, Func<Case, Dictionary<string, Tensor>>> s_cases = new()
    {
        ["affine_forward"] = c => new() { ["out"] = c.Set(new Linear(120, 3, c.Rng), "w", "b").Forward(c["x"].Flatten()) },
        ["relu_forward"] = c => new() { ["out"] = new Activation<Relu>().Forward(c["x"]) },
        ["a1_two_layer_net"] = c =>
        {
            (Linear one, Linear two) = (c.Set(new Linear(4, 10, c.Rng), "W1", "b1"), c.Set(new Linear(10, 3, c.Rng), "W2", "b2"));
            Tensor scores = two.Forward(one.Forward(c["X"]).Relu());

            // The course's penalty has no ½.
            Tensor loss = Loss.CrossEntropy(scores, c["y"].To(DType.I64)) + Penalty.L2([one.Weight, two.Weight], 2 * 0.05);
            return new() { ["scores"] = scores, ["loss_data_plus_reg"] = loss };
        },
        ["a2_TwoLayerNet"] = c =>
        {
            (Linear one, Linear two) = (c.Set(new Linear(5, 50, c.Rng), "W1", "b1"), c.Set(new Linear(50, 7, c.Rng), "W2", "b2"));
            Tensor scores = two.Forward(one.Forward(c["X_T"].T).Relu());
            Tensor loss = Loss.CrossEntropy(scores, c["y"].To(DType.I64));
            return new() { ["scores"] = scores, ["loss_reg0"] = loss, ["loss_reg1"] = loss + Penalty.L2([one.Weight, two.Weight], 1) };
        },
        ["conv_forward_naive"] = c =>
            new() { ["out"] = c.Set(new Conv2d(3, 3, kernel: 4, c.Rng, stride: 2, padding: 1), "w", "b").Forward(c["x"]) },
        ["max_pool_forward_naive"] = c => new() { ["out"] = new MaxPool2d(2).Forward(c["x"]) },
        ["batchnorm_forward_train_stats"] = c => Statistics(c["a"], c.Set(new BatchNorm1d(3), "gamma", "beta").Forward(c["a"]), [0]),
        ["spatial_batchnorm_stats"] = c => Statistics(c["x"], c.Set(new BatchNorm2d(3), "gamma", "beta").Forward(c["x"]), [0, 2, 3]),
        ["layernorm_forward_stats"] = c => Statistics(c["a"], c.Set(new LayerNorm(3), "gamma", "beta").Forward(c["a"]), [1]),
        ["spatial_groupnorm_stats"] = c =>
        {
            Tensor Groups(Tensor x) => x.Reshape(x.Shape[0] * 2, -1);
            return Statistics(Groups(c["x"]), Groups(new GroupNorm(2, c["x"].Shape[1]).Forward(c["x"])), [1]);
        },
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Published_numbers_are_reached(string name)
    {
        var test = new Case(name);
        Dictionary<string, Tensor> actual = s_cases[name](test);
        foreach (JsonProperty expected in test.Expected)
        {
            double[] wanted = Case.Numbers(expected.Value);
            float[] values = actual[expected.Name].ToArray<float>();
            double scale = Math.Max(1, wanted.Max(Math.Abs));
            Assert.Equal(wanted.Length, values.Length);
            Assert.All(wanted.Zip(values), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / scale, 0, Rounding));
        }
    }

    private static Dictionary<string, Tensor> Statistics(Tensor before, Tensor after, int[] axes) => new()
    {
        ["before_means"] = before.Mean(axes),
        ["before_stds"] = before.StandardDeviation(axes, unbiased: false),
        ["after_means"] = after.Mean(axes),
        ["after_stds"] = after.StandardDeviation(axes, unbiased: false),
    };

    private sealed class Case(string name)
    {
        private readonly JsonElement _case = JsonDocument.Parse(File.ReadAllText(SharedData.Path("cs231n", "expected.json"))).RootElement
            .GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

        public Rng Rng { get; } = new(1);

        public IEnumerable<JsonProperty> Expected => _case.GetProperty("expected").EnumerateObject();

        public Tensor this[string input]
        {
            get
            {
                JsonElement value = _case.GetProperty("inputs").GetProperty(input);
                return Tensor.From([.. Numbers(value).Select(x => (float)x)], ShapeOf(value));
            }
        }

        public static double[] Numbers(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Array:
                    return [.. value.EnumerateArray().SelectMany(Numbers)];
                case JsonValueKind.Object:
                    double low = value.GetProperty("linspace")[0].GetDouble(), high = value.GetProperty("linspace")[1].GetDouble();
                    int count = (int)ShapeOf(value).Count;
                    return [.. Enumerable.Range(0, count).Select(i => low + (i * (high - low) / (count - 1)))];
                default:
                    return [value.GetDouble()];
            }
        }

        /// <summary>Gives weight and bias the values of two inputs; the course keeps a matrix as (in, out).</summary>
        public TLayer Set<TLayer>(TLayer layer, string weight, string bias)
            where TLayer : Layer
        {
            Tensor w = this[weight];
            ((Parameter)layer.State()["weight"]).Write<float>((w.Rank == 2 ? w.T : w).ToArray<float>());
            ((Parameter)layer.State()["bias"]).Write<float>(this[bias].ToArray<float>());
            return layer;
        }

        private static Shape ShapeOf(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Object)
            {
                return new([.. value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]);
            }

            var sizes = new List<int>();
            for (; value.ValueKind == JsonValueKind.Array; value = value[0])
            {
                sizes.Add(value.GetArrayLength());
            }

            return new([.. sizes]);
        }
    }
}
