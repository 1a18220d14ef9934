using System.Text.Json;

namespace Descent.Tests;

/// <summary>The classical models against tests/Reference/classical.py.</summary>
public sealed class ClassicalTests
{
    /// <summary>Solved in double, kept in f32.</summary>
    private const double Rounding = 1e-6;

    private static readonly JsonElement s_file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "classical.json"))).RootElement;

    [Fact]
    public void Linear_regression_takes_the_minimum_of_least_squares_and_ridge()
    {
        foreach (Case c in Cases("linear_regression"))
        {
            var model = Models.LinearRegression(c["x"].Shape[1], c["y"].Shape[1]);
            model.Fit(c["x"], c["y"], c.Number("ridge"));
            c.Verify("weight", model.Weight, Rounding);
            c.Verify("bias", model.Bias, Rounding);
        }

        var few = new LinearRegression(3);
        Assert.Contains("ridge", Assert.Throws<LinearAlgebraException>(() => few.Fit(Tensor.Ones(new(5, 3)), Tensor.Ones(new(5, 1)))).Message);
        Assert.StartsWith(
            "linear-regression: needs examples (N, 3) and targets (N, 1)",
            Assert.Throws<ShapeException>(() => few.Fit(Tensor.Ones(new(5, 3)), Tensor.Ones(new(5)))).Message);
    }

    [Fact]
    public void Polynomial_regression_predicts_as_the_reference()
    {
        foreach (Case c in Cases("polynomial_regression"))
        {
            var model = Models.PolynomialRegression((int)c.Number("degree"), c["x"].Shape[1]);
            model.Fit(c["x"], c["y"], c.Number("ridge"));

            // Powers of 2 up to the ninth cancel in f32.
            c.Verify("prediction", model.Forward(c.Single("at")), 3e-5);
        }
    }

    [Fact]
    public void The_perceptron_rule_ends_where_the_classes_are_separated()
    {
        foreach (Case c in Cases("perceptron"))
        {
            var model = Models.Perceptron(c["x"].Shape[1], c["t"].Shape[1]);
            Assert.Equal(c.Number("wrong"), model.Fit(c.Single("x"), c["t"]));
            c.Verify("weight", model.Weight, 1e-5);
            c.Verify("bias", model.Bias, 1e-5);
            Assert.Equal(c["t"].ToArray<long>().Select(t => (float)t), model.Forward(c.Single("x")).ToArray<float>());
        }

        // Exclusive or is not separable.
        Tensor corners = Tensor.From<float>([0, 0, 0, 1, 1, 0, 1, 1], new(4, 2)), unequal = Tensor.From<long>([0, 1, 1, 0], new(4, 1));
        Assert.True(new Perceptron(2).Fit(corners, unequal, rounds: 20) > 0);
    }

    [Fact]
    public void Newton_BFGS_and_LBFGS_end_at_the_minimum_of_logistic_and_softmax_regression()
    {
        foreach (Case c in Cases("logistic_regression"))
        {
            foreach (Func<IReadOnlyList<Parameter>, Optimizer> make in s_minimizers)
            {
                var model = Models.LogisticRegression(c["x"].Shape[1]);
                Optimizer optimizer = make(model.Parameters());
                optimizer.Minimize(() => model.Objective(c.Single("x"), c["labels"], c.Number("l2")));
                c.Verify("weight", model.Weight, 1e-3);
                c.Verify("bias", model.Bias, 1e-3);
                Assert.Equal(c.Number("loss"), model.Objective(c.Single("x"), c["labels"], c.Number("l2")).Item(), 1e-6);
                Assert.InRange(optimizer.StepCount, 2, optimizer is Newton ? 8 : 40);
            }
        }

        foreach (Case c in Cases("softmax_regression"))
        {
            foreach (Func<IReadOnlyList<Parameter>, Optimizer> make in s_minimizers)
            {
                var model = new SoftmaxRegression(c["x"].Shape[1], (int)c["labels"].ToArray<long>().Max() + 1);
                make(model.Parameters()).Minimize(() => model.Objective(c.Single("x"), c["labels"], c.Number("l2")));
                c.Verify("weight", model.Weight, 2e-3);
                float[] bias = model.Bias.ToArray<float>();
                c.Verify("bias", Tensor.From([.. bias.Select(b => b - bias.Average())], new(bias.Length)), 2e-3);
                Assert.Equal(c.Number("loss"), model.Objective(c.Single("x"), c["labels"], c.Number("l2")).Item(), 1e-6);
            }
        }
    }

    [Fact]
    public void Objective_of_a_support_vector_machine_and_its_gradients_equal_the_reference()
    {
        foreach (Case c in Cases("linear_svm"))
        {
            var model = new LinearSvm(c["x"].Shape[1], c["bias"].Shape[0]);
            model.Weight.Write<float>(c.Single("weight").ToArray<float>());
            model.Bias.Write<float>(c.Single("bias").ToArray<float>());
            Tensor loss = model.Objective(c.Single("x"), c["labels"], c.Number("l2"), c.Number("margin"), c.Number("squared") > 0);
            Gradients gradients = loss.Backward();
            c.Verify("loss", loss.Reshape(1), Rounding);
            c.Verify("dw", gradients[model.Weight], Rounding);
            c.Verify("db", gradients[model.Bias], Rounding);
        }
    }

    [Fact]
    public void Nearest_neighbors_are_those_of_the_reference_with_their_votes()
    {
        foreach (Case c in Cases("nearest_neighbors"))
        {
            int k = (int)c.Number("k");
            var known = Models.NearestNeighbors(c["x"], c["labels"], c.Number("order") == 1 ? DistanceMetric.L1 : DistanceMetric.L2);
            (Tensor neighbors, Tensor distances) = known.Find(c["q"], k);
            Assert.Equal(c["neighbors"].ToArray<long>(), neighbors.ToArray<long>());
            c.Verify("distances", distances, 1e-9);
            Assert.Equal(c["votes"].ToArray<long>(), known.Votes(c["q"], k).ToArray<long>());
            Assert.Equal(c["prediction"].ToArray<long>(), known.Predict(c["q"], k).ToArray<long>());
        }
    }

    [Theory]
    [InlineData(DistanceMetric.L1)]
    [InlineData(DistanceMetric.L2)]
    public void The_search_is_exact_where_single_precision_is_not(DistanceMetric metric)
    {
        // Far from the origin and near each other: in f32 alone all distances would be rounding.
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, 600).Select(i => 1000 + (i % 3 * 5000) + (1e-4 * random.NextDouble()))];
        var known = new NearestNeighbors(Tensor.From(x, new(200, 3)), Tensor.From(new long[200], new(200)), metric);
        long[] nearest = known.Find(Tensor.From(x[..30], new(10, 3)), 5).Neighbors.ToArray<long>();
        for (int i = 0; i < 10; i++)
        {
            double Distance(int j) => Enumerable.Range(0, 3).Sum(d => Math.Pow(Math.Abs(x[(i * 3) + d] - x[(j * 3) + d]), metric == DistanceMetric.L1 ? 1 : 2));
            Assert.Equal(Enumerable.Range(0, 200).OrderBy(Distance).Take(5).Select(j => (long)j), nearest[(i * 5)..((i * 5) + 5)]);
        }
    }

    [Fact]
    public void Wrong_neighbors_are_refused()
    {
        Tensor x = Tensor.Ones(new(4, 3)), labels = Tensor.From<long>([0, 1, 1, 0], new(4));
        var known = new NearestNeighbors(x, labels);
        Assert.Throws<ShapeException>(() => new NearestNeighbors(x, Tensor.From<long>([0, 1], new(2))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NearestNeighbors(x, Tensor.From<long>([0, -1, 1, 0], new(4))));
        Assert.Throws<ArgumentOutOfRangeException>(() => known.Find(x, 5));
        Assert.Contains("a query has 3 numbers", Assert.Throws<ShapeException>(() => known.Find(Tensor.Ones(new(1, 2)), 1)).Message);
    }

    [Fact]
    public void Principal_components_and_whitening_equal_the_reference()
    {
        foreach (Case c in Cases("pca"))
        {
            var pca = new Pca(c["x"], (int)c.Number("kept"));
            c.Verify("components", pca.Components, 1e-8);
            c.Verify("variances", pca.Variances, 1e-8);
            c.Verify("transformed", pca.Transform(c["x"]), 1e-8);
            c.Verify("inverse", pca.Inverse(pca.Transform(c["x"])), 1e-8);
            c.Verify("white", pca.Whiten(c["x"], 0.1), 1e-8);
            c.Verify("zca", pca.WhitenZca(c["x"], 0.1), 1e-8);
        }

        Assert.Throws<ShapeException>(() => new Pca(Tensor.Ones(new(1, 3))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pca(Tensor.Ones(new(5, 3)), 4));
    }

    private static readonly Func<IReadOnlyList<Parameter>, Optimizer>[] s_minimizers =
        [p => new Newton(p), p => new Bfgs(p, iterations: 100), p => new Lbfgs(p, iterations: 100)];

    private static IEnumerable<Case> Cases(string model) => s_file.GetProperty(model).EnumerateArray().Select(entry => new Case(entry));

    private sealed class Case(JsonElement entry)
    {
        /// <summary>f64, or i64 where the file holds whole numbers.</summary>
        public Tensor this[string name]
        {
            get
            {
                double[] values = Values(name);
                bool isWhole = !entry.GetProperty(name).GetProperty("values").GetRawText().Contains('.', StringComparison.Ordinal);
                var shape = new Shape([.. entry.GetProperty(name).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]);
                return isWhole ? Tensor.From([.. values.Select(v => (long)v)], shape) : Tensor.From(values, shape);
            }
        }

        public Tensor Single(string name) => this[name].To(DType.F32);

        public double Number(string name) => Values(name)[0];

        public void Verify(string name, Tensor actual, double tolerance)
        {
            Assert.Equal(this[name].Shape, actual.Shape);
            double[] expected = Values(name), values = actual.To(DType.F64).ToArray<double>();
            double scale = expected.Max(Math.Abs);
            Assert.All(expected.Zip(values), pair => Assert.InRange(pair.Second, pair.First - (tolerance * scale), pair.First + (tolerance * scale)));
        }

        private double[] Values(string name) => [.. entry.GetProperty(name).GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
    }
}
