namespace Descent;

/// <summary>An image cut into square patches, each mapped to a vector: <c>y = W·patch + b</c>.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, T, D), T = H/patch · W/patch patches row by row. It is a convolution whose stride is its kernel.
/// Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class PatchEmbedding(int channels, int patch, int width, Rng rng, Initializer? init = null) : Layer
{
    /// <summary>channels → D, patch×patch.</summary>
    public Conv2d Proj { get; } = new(channels, width, kernel: patch, rng, stride: patch, init: init);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">Height or width is not a whole number of patches.</exception>
    public override Tensor Forward(Tensor x) => x.Rank == 4 && x.Shape[2] % patch == 0 && x.Shape[3] % patch == 0
        ? Proj.Forward(x).Flatten(from: 2).T
        : throw new ShapeException($"PatchEmbedding: images must be (N, C, H, W) with H and W multiples of {patch}, but they are {x.Type}.");
}
