namespace Descent;

/// <summary>
/// The same elements of each example under another shape: (N, …) → (N, sizes…); one size may be −1 and is then what remains.
/// </summary>
public sealed partial class Reshape(params ReadOnlySpan<int> sizes) : Layer
{
    private readonly int[] _sizes = sizes.ToArray();

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    public override Tensor Forward(Tensor x) => x.Rank > 0
        ? x.Reshape([x.Shape[0], .. _sizes])
        : throw new ShapeException($"Reshape: input must be (N, …), but it is {x.Type}.");
}
