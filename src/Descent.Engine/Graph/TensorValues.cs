namespace Descent;

public sealed partial class Tensor
{
    /// <summary>The single value, computed if it has not been.</summary>
    /// <exception cref="ShapeException">There is more than one element.</exception>
    /// <exception cref="StaleTensorException">The tensor, or a cell or batch it was built from, has moved on.</exception>
    public double Item()
    {
        if (Shape.Count != 1)
        {
            throw new ShapeException($"Item: {Type} has {Shape.Count} elements, not one; use ToArray.");
        }

        Storage value = Computed("Item");
        Span<double> number = stackalloc double[1];
        Values.ToDouble(value.Bytes, DType, number);
        GC.KeepAlive(value);
        return number[0];
    }

    /// <summary>A copy of all elements, row-major, computed if they have not been.</summary>
    /// <exception cref="ShapeException">T is not the C# type of the element type.</exception>
    /// <exception cref="StaleTensorException">The tensor, or a cell or batch it was built from, has moved on.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
        {
            throw new ShapeException($"ToArray: {Type} cannot be read as {DTypes.Of<T>().Name()}; cast it first with To(DType).");
        }

        Storage value = RowMajor();
        T[] result = value.Span<T>().ToArray();
        GC.KeepAlive(value);
        return result;
    }

    /// <summary>A copy of all elements as little-endian bytes, row-major, computed if they have not been.</summary>
    /// <exception cref="StaleTensorException">The tensor, or a cell or batch it was built from, has moved on.</exception>
    public byte[] ToBytes()
    {
        Storage value = RowMajor();
        byte[] result = value.Bytes.ToArray();
        GC.KeepAlive(value);
        return result;
    }

    /// <summary>Computes the value now and keeps it.</summary>
    public Tensor Realize()
    {
        Computed("Realize");
        return this;
    }

    /// <summary>Type and values; the middle of long axes is left out. Computes the value.</summary>
    public override string ToString() => TensorText.Of(this);

    private Storage RowMajor()
    {
        Storage value = Computed("ToArray");
        return value.Order == AxisOrder.RowMajor ? value : Layouts.ToRowMajor(value);
    }

    /// <summary>The memory of the value. A leaf's is its source's own: keeping a copy would tie the leaf to a moment.</summary>
    internal Storage Computed(string caller)
    {
        if (Value is null && Source is null)
        {
            Device.Compute(this, caller);
        }

        return Value ?? Device.ReadLeaf(this, caller);
    }
}
