using System.Text.Json;

namespace Descent.Cli.Tests;

/// <summary>What a network reaches with the defaults, on the built-in digits and on real images.</summary>
public sealed class AccuracyTests : Cli
{
    [Fact]
    public void The_defaults_reach_99_percent_on_unseen_digits()
    {
        JsonElement result = Run("train --json").Last;
        Assert.InRange(result.GetProperty("test_accuracy").GetDouble(), 0.99, 1);
        Assert.Equal(61_706, result.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public void A_network_that_saw_only_built_in_digits_reads_most_of_MNIST()
    {
        string data = Data("mnist");
        Assert.Equal(0, Run("train --out here").ExitCode);
        Assert.InRange(Accuracy($"evaluate --run here --data mnist --data-dir {data} --json"), 0.85, 1);
    }

    [Theory]
    [InlineData("mnist", 0.987)]
    [InlineData("fashion-mnist", 0.885)]
    public void Five_epochs_of_real_images_reach_their_accuracy(string name, double least)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1", "Takes half a minute; ./check --slow runs it.");
        Assert.InRange(Accuracy($"train --data {name} --data-dir {Data(name)} --json"), least, 1);
    }

    private double Accuracy(string words) => Run(words).Last.GetProperty("test_accuracy").GetDouble();

    private static string Data(string name)
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Descent.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        string folder = Path.GetFullPath(Path.Combine(root ?? ".", "..", "shared", "data", name));
        Assert.SkipUnless(Directory.Exists(folder), $"There is no {folder}.");
        return folder;
    }
}
