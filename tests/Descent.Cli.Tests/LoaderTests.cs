namespace Descent.Cli.Tests;

/// <summary>Preprocessing, augmentation and workers, as a person asks for them.</summary>
public sealed class LoaderTests : Cli
{
    [Fact]
    public void Components_are_fitted_saved_and_read_by_evaluate_and_workers_change_nothing()
    {
        Result one = Run(
            "train --model mlp:hidden=16 --epochs 1 --json --preprocess whiten:20-0.01 --augment flip:0.1,crop:1 --workers 1 --out one");
        Assert.Equal(0, one.ExitCode);
        Assert.Equal((20 * 16) + 16 + 170, one.Last.GetProperty("parameters").GetInt64());
        Assert.InRange(one.Last.GetProperty("test_accuracy").GetDouble(), 0.5, 1);

        Result evaluated = Run("evaluate --run one --json");
        Assert.Equal(one.Last.GetProperty("test_accuracy").ToString(), evaluated.Last.GetProperty("test_accuracy").ToString());
        Safetensors file = Safetensors.Read(At("one/model.safetensors"));
        Assert.Equal([20, 784], file.Tensors["preprocessing.matrix"].Shape);
        Assert.Equal([784], file.Tensors["preprocessing.mean_image"].Shape);

        Result again = Run("train --config one/run.json --workers 3 --json");
        Assert.Equal(one.Last.GetProperty("weights_sha256").GetString(), again.Last.GetProperty("weights_sha256").GetString());
    }

    [Theory]
    [InlineData("--augment flop", "did you mean 'flip'?")]
    [InlineData("--augment crop:0", "PIXELS a whole number from 1 to 1024, not '0'")]
    [InlineData("--preprocess zac", "did you mean 'zca'?")]
    [InlineData("--preprocess pca:785 --model mlp", "asks for more components than inputs (1, 28, 28) have numbers, 784")]
    [InlineData("--preprocess pca:20", "'lenet5' takes images of (1, 28, 28), but these are (20)")]
    [InlineData("--augment flip,mixup --data shapes --model fcn", "mixup:0.2 blends the class of each image with another one's, but this data has targets (32, 32)")]
    [InlineData("--augment flip --data text:words --model text-cnn", "is for images, not for (128)")]
    [InlineData("--workers 0", "a whole number from 1 to 256, not '0'")]
    public void What_cannot_be_is_refused_with_the_fix(string options, string message)
    {
        Directory.CreateDirectory(At("words"));
        File.WriteAllLines(At("words/a.txt"), Enumerable.Repeat("one", 10));
        File.WriteAllLines(At("words/b.txt"), Enumerable.Repeat("two", 10));
        Result refused = Run("train " + options);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(message, refused.Error);
        Assert.False(Directory.Exists(At("runs")));
    }
}
