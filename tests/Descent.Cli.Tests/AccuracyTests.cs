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

    [Fact]
    public void The_recipe_for_CIFAR_10_trains_on_any_folder_of_photographs()
    {
        var random = new Random(1);
        for (int i = 0; i < 48; i++)
        {
            string name = At($"set/{(i < 32 ? "train" : "test")}/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            byte[] pixels = new byte[32 * 32 * 3];
            random.NextBytes(pixels);
            new Image(32, 32, 3, pixels).SavePng(name);
        }

        Result result = Run($"train --config {Recipe} --data folder:set --model fast-vgg:width=0.125 --epochs 1 --batch 8 --json --out run");
        Assert.Equal(0, result.ExitCode);
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(At("run/run.json")));
        JsonElement settings = record.RootElement.GetProperty("settings");
        Assert.StartsWith("one-cycle:", settings.GetProperty("schedule").GetString());
        Assert.StartsWith("ema:", settings.GetProperty("average").GetString());
        Assert.True(settings.GetProperty("test-flip").GetBoolean());
        double tested = result.Last.GetProperty("test_loss").GetDouble();
        Assert.Equal(tested, Run("evaluate --run run --json").Last.GetProperty("test_loss").GetDouble());
        Assert.NotEqual(tested, Run("evaluate --run run --json --test-flip false").Last.GetProperty("test_loss").GetDouble());
    }

    [Fact]
    public void The_recipe_for_CIFAR_10_reaches_its_accuracy()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1", "Takes minutes; ./check --slow runs it.");
        string archive = Path.Combine(Data("cifar10"), "cifar-10-jpegs.tar.gz");
        Assert.SkipUnless(File.Exists(archive), $"There is no {archive}.");
        Assert.InRange(Accuracy($"train --config {Recipe} --data folder:{archive} --json"), 0.9, 1);
    }

    private static string Recipe => Path.Combine(Root, "examples", "cifar10.yaml");

    private static string Root
    {
        get
        {
            string? root = AppContext.BaseDirectory;
            while (root is not null && !File.Exists(Path.Combine(root, "Descent.slnx")))
            {
                root = Path.GetDirectoryName(root);
            }

            return root ?? ".";
        }
    }

    private double Accuracy(string words) => Run(words).Last.GetProperty("test_accuracy").GetDouble();

    private static string Data(string name)
    {
        string folder = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", name));
        Assert.SkipUnless(Directory.Exists(folder), $"There is no {folder}.");
        return folder;
    }
}
