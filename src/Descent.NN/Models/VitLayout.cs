namespace Descent;

/// <summary>The sizes of a Vision Transformer.</summary>
/// <param name="Name">Such as <c>b16</c>: base, patches of 16.</param>
/// <param name="Patch">Side of a patch.</param>
/// <param name="Width">Of each position's vector, D.</param>
/// <param name="Depth">Blocks.</param>
/// <param name="Heads">Of each attention.</param>
/// <remarks>
/// Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021, table 1; the tiny and the small one are those of Touvron et al., "Training
/// data-efficient image transformers &amp; distillation through attention", ICML 2021, table 1.
/// </remarks>
public sealed record VitLayout(string Name, int Patch, int Width, int Depth, int Heads)
{
    /// <summary>Tiny, small and base for ImageNet, and one for small images such as CIFAR-10's.</summary>
    public static IReadOnlyList<VitLayout> All { get; } =
    [
        new("ti16", Patch: 16, Width: 192, Depth: 12, Heads: 3),
        new("s16", Patch: 16, Width: 384, Depth: 12, Heads: 6),
        new("b16", Patch: 16, Width: 768, Depth: 12, Heads: 12),
        new("cifar", Patch: 4, Width: 192, Depth: 6, Heads: 3),
    ];

    /// <summary>Width of each perceptron: 4·D.</summary>
    public int Hidden { get; init; } = 4 * Width;

    /// <summary>The layout of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static VitLayout Of(string name) => All.FirstOrDefault(layout => layout.Name == name) ?? throw new ArgumentException(
        $"There is no Vision Transformer '{name}'; there are {string.Join(", ", All.Select(layout => layout.Name))}.");
}
