using System.Reflection;

namespace Descent.Tests;

/// <summary>The field's networks at the sizes of their papers; nothing here allocates a weight.</summary>
public class ModelsTests
{
    /// <summary>Parameters as published: torchvision's documentation, the papers of residual networks and transformers, Keras for MobileNet.</summary>
    public static TheoryData<string, long> Published { get; } = new()
    {
        { "lenet5", 61_706 },
        { "alexnet", 61_100_840 },
        { "vgg11", 132_863_336 },
        { "vgg13", 133_047_848 },
        { "vgg16", 138_357_544 },
        { "vgg19", 143_667_240 },
        { "vgg11-bn", 132_868_840 },
        { "vgg13-bn", 133_053_736 },
        { "vgg16-bn", 138_365_992 },
        { "vgg19-bn", 143_678_248 },
        { "googlenet", 6_624_904 },
        { "googlenet:auxiliary=yes", 13_004_888 },
        { "resnet18", 11_689_512 },
        { "resnet34", 21_797_672 },
        { "resnet50", 25_557_032 },
        { "resnet101", 44_549_160 },
        { "resnet152", 60_192_808 },
        { "vgg-small", 2_196_810 },
        { "fast-vgg", 1_165_568 },
        { "resnet20", 269_722 },
        { "resnet32", 464_154 },
        { "resnet44", 658_586 },
        { "resnet56", 853_018 },
        { "resnet110", 1_727_962 },
        { "mobilenet", 4_231_976 },
        { "vit-ti16", 5_717_416 },
        { "vit-s16", 22_050_664 },
        { "vit-b16", 86_567_656 },
        { "vit-cifar", 2_693_578 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Parameters_are_those_published(string name, long parameters) =>
        Assert.Equal(parameters, Architecture.Parse(name).Build(new Rng(1)).Count);

    public static TheoryData<string> OfTorchvision { get; } = [.. NetworkReference.States.EnumerateObject().Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(OfTorchvision))]
    public void State_has_the_names_and_shapes_of_torchvisions_checkpoints(string name)
    {
        string ours = name switch
        {
            "googlenet" => "googlenet:auxiliary=yes",
            "vit_b_16" => "vit-b16",
            _ => name.Replace('_', '-'),
        };
        IEnumerable<string> state = Architecture.Parse(ours).Build(new Rng(1)).State().Select(cell => $"{cell.Key} {cell.Value.Shape}");
        Assert.Equal(
            NetworkReference.States.GetProperty(name).EnumerateObject().Select(cell => $"{cell.Name} {cell.Value.Shape()}").Order(), state.Order());
    }

    [Fact]
    public void Networks_by_method_and_by_name_are_the_same()
    {
        // These are fitted at once, or learn by a rule.
        string[] unnamed = [nameof(Models.Perceptron), nameof(Models.LinearRegression), nameof(Models.PolynomialRegression)];
        MethodInfo[] methods =
            [.. typeof(Models).GetMethods().Where(m => m.ReturnType.IsSubclassOf(typeof(Layer)) && !unnamed.Contains(m.Name))];
        string[] named =
        [
            .. Architecture.Names.Where(name => name is not ("vgg-small" or "perceptron") && !name.EndsWith("-bn", StringComparison.Ordinal)
                && !Architecture.Parse(name).IsFitted),
        ];
        Assert.Equal(named.Select(Plain).Order(), methods.Select(m => Plain(m.Name)).Order());
        foreach (string name in named)
        {
            MethodInfo method = Array.Find(methods, m => Plain(m.Name) == Plain(name))!;
            object?[] arguments = [.. method.GetParameters().Select(p => p.HasDefaultValue ? p.DefaultValue : Argument(p.ParameterType))];
            var model = (Layer)method.Invoke(null, arguments)!;
            Architecture architecture = Architecture.Parse(name);
            Assert.Equal(Names(architecture.Build(new Rng(1))), Names(model));
            Tensor logits = model.Forward(Tensor.Zeros(new([2, .. architecture.Input.Sizes]), architecture.InputType));
            int[] labels = architecture.Task switch
            {
                LearningTask.Segmentation => architecture.Input.Sizes[1..].ToArray(),
                LearningTask.NextCharacter => architecture.Input.Sizes.ToArray(),
                _ => [],
            };
            int outputs = architecture.Task == LearningTask.BinaryClassification ? 1 : architecture.Classes;
            Assert.Equal(new Shape([2, outputs, .. labels]), logits.Shape);
        }

        static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

        static object Argument(Type type) => type == typeof(Rng) ? new Rng(1) : type == typeof(int) ? (int)Models.Mnist.Count : new[] { 256 };

        static IEnumerable<string> Names(Layer model) => model.State().Select(cell => $"{cell.Key} {cell.Value.Shape}");
    }
}
