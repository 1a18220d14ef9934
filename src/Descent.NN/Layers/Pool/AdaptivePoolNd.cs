namespace Descent;

/// <summary>What the poolings to a stated size share.</summary>
/// <remarks>Shapes: x (N, C, …) → y (N, C, size…).</remarks>
public abstract partial class AdaptivePoolNd : Layer
{
    private readonly int[] _size;

    private protected AdaptivePoolNd(int spatial, PerAxis size) => _size = size.Of(spatial, nameof(size));

    /// <summary>Outputs along each axis behind the channels.</summary>
    private protected ReadOnlySpan<int> SizeFor(Tensor x) => x.Rank == 2 + _size.Length
        ? _size
        : throw new ShapeException($"{GetType().Name}: input must be {SpatialAxes.Of(_size.Length)}, but it is {x.Type}.");
}
