namespace Descent.Generators.Tests;

public class StateNamesTests
{
    [Theory]
    [InlineData("Weight", "weight")]
    [InlineData("Conv1", "conv1")]
    [InlineData("RunningMean", "running_mean")]
    [InlineData("InProjWeight", "in_proj_weight")]
    [InlineData("Conv1Norm", "conv1_norm")]
    [InlineData("Conv2d", "conv2d")]
    [InlineData("QKV", "qkv")]
    [InlineData("QKVProj", "qkv_proj")]
    [InlineData("W", "w")]
    [InlineData("MLP2D", "mlp2d")]
    [InlineData("_head", "head")]
    [InlineData("layer1_2", "layer1_2")]
    public void Members_become_the_names_of_the_field(string member, string expected)
    {
        string visit = Generated.Visit($$"""public partial class Net : Module { private readonly Linear {{member}} = new(); }""");
        Assert.Contains($"(\"{expected}\", ", visit, StringComparison.Ordinal);
    }
}
