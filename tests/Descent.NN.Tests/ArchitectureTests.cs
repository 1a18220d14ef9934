namespace Descent.Tests;

public class ArchitectureTests
{
    [Theory]
    [InlineData("lenet5", 61_706)]
    [InlineData("mlp", (784 * 256) + 256 + (256 * 10) + 10)]
    [InlineData("softmax-regression", (784 * 10) + 10)]
    [InlineData("linear-svm", (784 * 10) + 10)]
    [InlineData("lenet5:activation=tanh,pool=average", 61_706)]
    [InlineData("resnet20", 269_722 - (2 * 16 * 9))]
    [InlineData("resnet110:shortcut=projection", 1_727_962 - (2 * 16 * 9) + (16 * 32) + (2 * 32) + (32 * 64) + (2 * 64))]
    [InlineData("vgg-small", 2_196_810 - (2 * 64 * 9) - (7 * 256 * 256))]
    [InlineData("vgg-small-bn:dropout=0", 2_196_810 - (2 * 64 * 9) - (7 * 256 * 256) + (2 * 2 * (64 + 128 + 256)))]
    [InlineData("vit-cifar", 2_684_554)]
    [InlineData("vit-cifar:patch=7,width=12,depth=2,heads=2,hidden=24,dropout=0.1", 3_538)]
    [InlineData("mlp:hidden=none", (784 * 10) + 10)]
    [InlineData("conv-relu:n=1,filters=4-6,hidden=none,pool=average", 40 + ((4 * 9 * 6) + 6) + ((6 * 7 * 7 * 10) + 10))]
    [InlineData("conv-relu:n=2,filters=4,hidden=5,pool=none,kernel=5,norm=batch", 104 + 404 + 16 + ((4 * 28 * 28 * 5) + 5) + 60)]
    [InlineData("resnet18:width=0.125", 176_578)]
    [InlineData("mobilenet:width=0.25", 470_072 - (990 * 257) - (2 * 8 * 9))]
    [InlineData("googlenet:width=0.125", 90_626)]
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
    [InlineData("lenet5:pool=maximum", "max or average, not 'maximum'")]
    [InlineData("resnet21", "did you mean 'resnet20'")]
    [InlineData("resnet20:classes=3", "no option 'classes'")]
    [InlineData("alexnet:width=0", "above 0")]
    [InlineData("vgg16:dropout=1", "not '1'")]
    [InlineData("vit-b16:patch=0", "not '0'")]
    public void Wrong_names_and_options_are_refused_with_the_nearest(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Architecture.Parse(text)).Message);

    [Theory]
    [InlineData("lenet5", "(3, 32, 30)")]
    [InlineData("vgg11", "32×32 or more")]
    [InlineData("vit-cifar", "multiples of 4")]
    [InlineData("vit-cifar:patch=2,heads=5", "not a multiple of heads")]
    [InlineData("alexnet", "AlexNet cannot take images of (3, 32, 30)")]
    [InlineData("conv-relu:filters=2-2-2-2-2-2", "ConvNet cannot take images of (3, 32, 30)")]
    [InlineData("conv-relu:kernel=4", "even side, 4")]
    public void Images_and_sizes_that_do_not_fit_are_refused(string text, string message) => Assert.Contains(
        message, Assert.Throws<ArgumentException>(() => Architecture.Parse(text).Build(new(3, 32, 30), 10, new Rng(1))).Message);
}
