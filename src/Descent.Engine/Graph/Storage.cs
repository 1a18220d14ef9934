namespace Descent;

/// <summary>The order in which a value's axes lie in memory.</summary>
internal enum AxisOrder : byte
{
    /// <summary>Last axis innermost: the order users see.</summary>
    RowMajor,

    /// <summary>Axis 1 innermost, so that the channels of a pixel are neighbours: (N, C, H, W) lies as N, H, W, C.</summary>
    ChannelsLast,
}

/// <summary>Native memory that holds one value. Freed by the collector; users never see it.</summary>
internal sealed unsafe class Storage(TensorType type, AxisOrder order = AxisOrder.RowMajor)
{
    // Room for one vector more, so that a kernel may load (never store) the last one whole.
    private readonly NativeBuffer _buffer = new(type.Bytes + NativeBuffer.Alignment, zeroed: false);

    public TensorType Type { get; } = type;

    public AxisOrder Order { get; } = order;

    /// <summary>Valid while this object is reachable: keep it alive across the use.</summary>
    public nint Pointer => (nint)_buffer.Pointer;

    /// <summary>All elements, in memory order.</summary>
    public Span<byte> Bytes => new((void*)Pointer, checked((int)Type.Bytes));

    /// <inheritdoc cref="Bytes"/>
    public Span<T> Span<T>()
        where T : unmanaged => new((void*)Pointer, checked((int)(Type.Bytes / sizeof(T))));
}
