using System.Globalization;
using System.Text.Json;

namespace Descent.Cli.Tests;

/// <summary>Tables with numbers, two classes, or any number of classes to learn: trained, measured and predicted by the built program.</summary>
public sealed class TableTests : Cli
{
    [Fact]
    public void A_polynomial_is_fitted_its_degree_compared_and_its_numbers_predicted()
    {
        Table("x,z,y", (x, z) => [x, z, (x * x * x) - (2 * x * z) + 1]);
        Result trained = Run("train --data csv:t.csv:target=y --model polynomial-regression --out run --json");
        Assert.Equal(0, trained.ExitCode);
        Assert.InRange(trained.Last.GetProperty("test_r2").GetDouble(), 0.999, 1);
        Assert.False(trained.Last.TryGetProperty("test_accuracy", out _));
        Assert.Contains("test R² 1.0000, loss 0.0000", Run("train --data csv:t.csv:target=y --model polynomial-regression").Output);
        Assert.Equal(trained.Last.GetProperty("test_r2").GetDouble(), Run("evaluate --run run --json").Last.GetProperty("r2").GetDouble(), 1e-9);

        // Nothing of steps is in its record, which repeats it.
        Result again = Run("train --config run/run.json --out again --json");
        Assert.Equal(trained.Last.GetProperty("weights_sha256").GetString(), again.Last.GetProperty("weights_sha256").GetString());

        JsonElement predicted = Run("predict 2 --run run --json").Last;
        double target = predicted.GetProperty("targets").GetProperty("y").GetDouble();
        Assert.InRange(predicted.GetProperty("values").GetProperty("y").GetDouble(), target - 0.05, target + 0.05);
        Assert.Matches(@"^2  y \S+ \(true \S+\)\n$", Run("predict 2 --run run").Output);
        Assert.StartsWith("input,y,true_y\n2,", Run("predict 2 --run run --csv").Output);

        Result folds = Run("train --data csv:t.csv:target=y --model polynomial-regression --folds 2 --sweep degree=1,3 --json");
        double[] r2 = [.. folds.Lines[4..].Select(line => line.GetProperty("r2_mean").GetDouble())];
        Assert.True(r2[0] < 0.9 && r2[1] > 0.99, $"{r2[0]} {r2[1]}");
    }

    [Fact]
    public void Steps_towards_numbers_are_measured_by_R2()
    {
        Table("x,z,y", (x, z) => [x, z, (2 * x) + z]);
        Result trained = Run("train --data csv:t.csv:target=y --model mlp:hidden=8 --epochs 6 --batch 8 --learning-rate 0.03 --json");
        double[] r2 = [.. trained.Lines[..6].Select(line => line.GetProperty("validation_r2").GetDouble())];
        Assert.All(trained.Lines[..6], line => Assert.False(line.TryGetProperty("validation_accuracy", out _)));
        Assert.InRange(r2[^1], Math.Max(0.8, r2[0]), 1);
        Assert.Contains("validation R² ", trained.Error);
    }

    [Fact]
    public void Two_classes_are_told_apart_by_logistic_regression()
    {
        Table("x,z,tree", (x, z) => [x, z, x + z > 0 ? 1 : 0]);
        Result trained = Run("train --data csv:t.csv:label=tree --model logistic-regression --epochs 10 --batch 10 --learning-rate 0.1 --out run --json");
        Assert.Equal((0, 3), (trained.ExitCode, trained.Last.GetProperty("parameters").GetInt64()));
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.85, 1);
        Assert.Equal(trained.Last.GetProperty("test_accuracy").GetDouble(), Run("evaluate --run run --json").Last.GetProperty("test_accuracy").GetDouble());
        JsonElement predicted = Run("predict 0 --run run --json").Last;
        Assert.Contains(predicted.GetProperty("class").GetString(), (string[])["0", "1"]);
        Assert.InRange(predicted.GetProperty("probability").GetDouble(), 0.5, 1);

        Table("x,z,tree", (x, z) => [x, z, x > 0.3 ? 2 : x > -0.3 ? 1 : 0]);
        Result refused = Run("train --data csv:t.csv:label=tree --model logistic-regression");
        Assert.Equal((2, "descent: The model 'logistic-regression' is made for yes or no, but this data has 3 classes; try --model mlp."),
            (refused.ExitCode, refused.Error.Trim()));
    }

    [Fact]
    public void An_example_may_have_any_number_of_classes()
    {
        Table("x,z,sea,sky", (x, z) => [x, z, x > 0 ? 1 : 0, x + z > 0 ? 1 : 0]);
        Result trained = Run("train --data csv:t.csv:label=sea+sky --model mlp:hidden=8 --epochs 12 --batch 8 --learning-rate 0.03 --out run --json");
        Assert.Equal(0, trained.ExitCode);
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.85, 1);
        JsonElement evaluated = Run("evaluate --run run --json").Last;
        Assert.InRange(evaluated.GetProperty("mean_average_precision").GetDouble(), 0.9, 1);
        Assert.Equal(["sea", "sky"], evaluated.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("name").GetString()));

        JsonElement[] predicted = Run("predict 0-9 --run run --json").Lines;
        Assert.Equal(10, predicted.Length);
        int right = predicted.Count(line => Names(line, "classes").SequenceEqual(Names(line, "labels")));
        Assert.InRange(right, 6, 10);
        Assert.Contains("  labelled ", Run("predict 0 --run run --top 1").Output);
        Result refused = Run("train --data csv:t.csv:label=sea+sky --model knn");
        Assert.Contains("'knn' is made for classes of images, but this data is for any number of classes; try --model mlp.", refused.Error);

        static IEnumerable<string?> Names(JsonElement line, string member) => line.GetProperty(member).EnumerateArray().Select(name => name.GetString());
    }

    [Theory]
    [InlineData("train --model knn --epochs 3", "'knn' learns from all examples at once and takes no steps: --epochs would change nothing")]
    [InlineData("train --model knn --augment flip", "--augment would change nothing")]
    [InlineData("train --model knn --folds 2 --sweep learning-rate=1,2", "--learning-rate would change nothing")]
    [InlineData("train --data csv:t.csv:target=y --model linear-regression --optimizer adam", "--optimizer would change nothing")]
    [InlineData("train --data csv:t.csv:target=y --model mlp --monitor accuracy --patience 2", "Numbers are not right or wrong")]
    [InlineData("train --data csv:t.csv:target=y --model polynomial-regression:degree=200", "at most 3000 can be fitted; lower its degree")]
    [InlineData("train --data csv:t.csv:label=x+y --model mlp", "for 'x', is neither 0 nor 1")]
    [InlineData("doctor --model knn", "there are no steps to examine")]
    public void What_would_change_nothing_or_cannot_be_learned_is_refused(string words, string message)
    {
        Table("x,z,y", (x, z) => [x, z, x]);
        Result refused = Run(words);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(message, refused.Error);
    }

    /// <summary>Writes <c>t.csv</c>: 150 rows of what is made of two numbers in [−1, 1].</summary>
    private void Table(string columns, Func<double, double, double[]> row)
    {
        var random = new Random(1);
        File.WriteAllLines(At("t.csv"), Enumerable.Range(0, 150)
            .Select(_ => string.Join(',', row((random.NextDouble() * 2) - 1, (random.NextDouble() * 2) - 1).Select(x => x.ToString(CultureInfo.InvariantCulture))))
            .Prepend(columns));
    }
}
