namespace Descent;

/// <summary>The sizes of a VGG network: 3×3 convolutions in blocks that each end with a pooling, then affine layers.</summary>
/// <param name="Name">Such as <c>16</c>, the number of layers with weights.</param>
/// <param name="Blocks">The channels of each block's convolutions.</param>
/// <param name="Hidden">Widths of the affine layers before the last.</param>
/// <remarks>Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015, table 1.</remarks>
public sealed record VggLayout(string Name, IReadOnlyList<IReadOnlyList<int>> Blocks, IReadOnlyList<int> Hidden)
{
    /// <summary>The one called small, for images such as CIFAR-10's; then configurations A, B, D and E of the paper.</summary>
    public static IReadOnlyList<VggLayout> All { get; } =
    [
        new("small", [[64, 64], [128, 128], [256, 256]], [256]),
        new("11", [[64], [128], [256, 256], [512, 512], [512, 512]], [4096, 4096]),
        new("13", [[64, 64], [128, 128], [256, 256], [512, 512], [512, 512]], [4096, 4096]),
        new("16", [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]], [4096, 4096]),
        new("19", [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]], [4096, 4096]),
    ];

    /// <summary>The same layers with their channels and widths multiplied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not above 0.</exception>
    public VggLayout Narrowed(double width)
    {
        var alpha = new WidthMultiplier(width);
        return this with { Blocks = [.. Blocks.Select(block => (IReadOnlyList<int>)[.. block.Select(alpha.Of)])], Hidden = [.. Hidden.Select(alpha.Of)] };
    }

    /// <summary>The layout of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static VggLayout Of(string name) => All.FirstOrDefault(layout => layout.Name == name)
        ?? throw new ArgumentException($"There is no VGG layout '{name}'; there are {string.Join(", ", All.Select(layout => layout.Name))}.");
}
