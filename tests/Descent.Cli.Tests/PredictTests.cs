namespace Descent.Cli.Tests;

public sealed class PredictTests : Cli
{
    [Fact]
    public void Files_folders_and_patterns_are_classified_like_the_test_images_that_they_hold()
    {
        Assert.Equal(0, Run("train --model mlp:hidden=16 --epochs 1 --seed 5 --out run").ExitCode);
        IDataset test = DataSource.Parse("digits").Load(new Rng(5)).Test;
        Directory.CreateDirectory(At("images/deep"));
        for (int i = 0; i < 4; i++)
        {
            var image = new Image(28, 28, 1, test.Image(i).ToArray());
            image.SavePng(At(i < 3 ? $"images/{i}.png" : "images/deep/3.png"));
        }

        double[] ofPositions = [.. Run("predict 0-3 --run run --json").Lines.Select(line => line.GetProperty("probability").GetDouble())];
        Result folder = Run("predict images --run run --json --top 2");
        Assert.Equal(["images/0.png", "images/1.png", "images/2.png", "images/deep/3.png"], folder.Lines.Select(line => line.GetProperty("input").GetString()));
        Assert.Equal(ofPositions, folder.Lines.Select(line => line.GetProperty("probability").GetDouble()));
        Assert.All(folder.Lines, line => Assert.Equal(2, line.GetProperty("top").GetArrayLength()));

        string[] rows = Run("predict images/*.png --run run --csv").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("input,label,class_1,probability_1,class_2,probability_2,class_3,probability_3", rows[0]);
        Assert.Equal(4, rows.Length);
        Assert.StartsWith("images/0.png,,", rows[1]);

        string text = Run("predict images/0.png --run run").Output;
        Assert.StartsWith("images/0.png\n  ", text);
        Assert.Contains("█", text);
        Assert.Equal(4, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Mirror_images_are_asked_about_as_the_training_said_or_as_is_said_now()
    {
        Result trained = Run("train --model mlp:hidden=8 --epochs 1 --test-flip --out run --json");
        Assert.Equal(0, trained.ExitCode);
        double tested = trained.Last.GetProperty("test_loss").GetDouble();
        Assert.Equal(tested, LossOf("evaluate --run run --json"));
        Assert.Equal(tested, LossOf("evaluate --run run --json --test-flip true"));
        double plain = LossOf("evaluate --run run --json --test-flip false");
        Assert.NotEqual(tested, plain);

        string flipped = Run("predict 0-3 --run run --json").Output, unflipped = Run("predict --test-flip false 0-3 --run run --json").Output;
        Assert.Equal(flipped, Run("predict --test-flip 0-3 --run run --json").Output);
        Assert.NotEqual(flipped, unflipped);

        double LossOf(string words) => Run(words).Last.GetProperty("test_loss").GetDouble();
    }

    [Fact]
    public void What_cannot_be_predicted_is_refused_with_its_name()
    {
        Assert.Equal(0, Run("train --model mlp:hidden=4 --epochs 1 --out run").ExitCode);
        Result missing = Run("predict nowhere.png --run run");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("'nowhere.png' is no file", missing.Error);
        File.WriteAllText(At("broken.png"), "no image");
        Result broken = Run("predict broken.png --run run");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("broken.png", broken.Error);
        Assert.Equal(2, Run("predict 1 --run run --json --csv").ExitCode);
    }
}
