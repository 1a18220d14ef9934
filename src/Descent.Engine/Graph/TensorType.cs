namespace Descent;

/// <summary>What is known of a tensor before it is computed: shape and element type.</summary>
public readonly record struct TensorType(Shape Shape, DType DType)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Count;

    /// <summary>The bytes that the elements fill.</summary>
    public long Bytes => Shape.Count * DType.Size();

    /// <inheritdoc/>
    public override string ToString() => $"{DType.Name()} {Shape}";
}
