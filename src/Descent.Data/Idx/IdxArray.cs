namespace Descent;

/// <summary>The content of an IDX file: unsigned bytes with their sizes, last axis innermost.</summary>
/// <param name="Sizes">Length of each axis; MNIST's images are (N, H, W), its labels (N).</param>
/// <param name="Values">As many bytes as the product of the sizes.</param>
public sealed record IdxArray(IReadOnlyList<int> Sizes, byte[] Values);
