namespace Descent.Kernels;

/// <summary>The naive strided copy: every element by its indices.</summary>
public static class StridedCopyReference
{
    public static void Run<T>(
        ReadOnlySpan<T> source,
        nint sourceOffset,
        ReadOnlySpan<nint> sourceStrides,
        Span<T> destination,
        nint destinationOffset,
        ReadOnlySpan<nint> destinationStrides,
        ReadOnlySpan<int> shape)
    {
        if (shape.IsEmpty)
        {
            destination[(int)destinationOffset] = source[(int)sourceOffset];
            return;
        }
        for (int i = 0; i < shape[0]; i++)
        {
            Run(
                source, sourceOffset + (i * sourceStrides[0]), sourceStrides[1..],
                destination, destinationOffset + (i * destinationStrides[0]), destinationStrides[1..], shape[1..]);
        }
    }
}
