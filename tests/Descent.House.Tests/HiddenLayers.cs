namespace Descent.House.Tests;

/// <summary>What the generator's own tests promise, with the compiler and the library that users have.</summary>
public class HiddenLayers
{
    [Theory]
    [InlineData("partial class Net(Rng rng) : Module { public object Head { get; } = new Linear(2, 2, rng); }", "DSC002")]
    [InlineData("partial class Net(Linear head) : Module { public Tensor Forward(Tensor x) => head.Forward(x); }", "DSC002")]
    [InlineData("class Net(Rng rng) : Module { public Linear Head { get; } = new(2, 2, rng); }", "DSC001")]
    public void Module_that_hides_a_layer_does_not_build(string code, string error)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Example.Compile("hidden", $"using Descent;\nConsole.WriteLine();\n{code}\n"));
        Assert.Contains(error, failure.Message, StringComparison.Ordinal);
    }
}
