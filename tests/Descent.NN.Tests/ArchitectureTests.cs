namespace Descent.Tests;

public class ArchitectureTests
{
    [Theory]
    [InlineData("lenet5", 61_706)]
    [InlineData("mlp", (784 * 256) + 256 + (256 * 10) + 10)]
    [InlineData("mlp:hidden=20-30", (784 * 20) + 20 + (20 * 30) + 30 + (30 * 10) + 10)]
    public void A_name_with_options_builds_its_network(string text, long parameters)
    {
        Architecture architecture = Architecture.Parse(text);
        Assert.Equal(text, architecture.ToString());
        Layer model = architecture.Build(new(1, 28, 28), 10, new Rng(1));
        Assert.Equal(parameters, model.Count);
        Assert.Equal(new Shape(2, 10), model.Forward(Tensor.Zeros(new(2, 1, 28, 28))).Shape);
    }

    [Theory]
    [InlineData("lenet", "did you mean 'lenet5'")]
    [InlineData("mpl", "did you mean 'mlp'")]
    [InlineData("mlp:hiden=3", "did you mean 'hidden'")]
    [InlineData("mlp:hidden", "needs a value")]
    [InlineData("mlp:hidden=3-", "not '3-'")]
    [InlineData("mlp:hidden=0", "not '0'")]
    [InlineData("mlp:hidden=3,hidden=4", "twice")]
    [InlineData("lenet5:classes=3", "no options")]
    public void Wrong_names_and_options_are_refused_with_the_nearest(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Architecture.Parse(text)).Message);

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        Architecture architecture = Architecture.Parse("lenet5");
        Assert.Contains("(3, 32, 32)", Assert.Throws<ArgumentException>(() => architecture.Build(new(3, 32, 32), 10, new Rng(1))).Message);
    }
}
