using System.Diagnostics;

namespace Descent;

/// <summary>
/// The scratch memory of a device: plans place their intermediate values at offsets in it, one plan at a time.
/// It grows to the largest plan that ran and is reused, since fresh pages cost more than the kernels that fill them.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private NativeBuffer _buffer = new(0, zeroed: false);

    public long Bytes => _buffer.Bytes;

    /// <summary>Makes room for at least so many bytes. Where it grows, all pointers and values from before are lost.</summary>
    /// <exception cref="InsufficientMemoryException">
    /// The system has no such block; the arena is then empty and can be used again.
    /// </exception>
    public void Reserve(long bytes)
    {
        if (bytes <= _buffer.Bytes)
        {
            return;
        }
        // Before the larger one is asked for, so that the two never exist together.
        _buffer.Dispose();
        _buffer = new NativeBuffer(0, zeroed: false);
        _buffer = new NativeBuffer(bytes, zeroed: false);
    }

    /// <summary>Memory from an offset on, which is a multiple of <see cref="NativeBuffer.Alignment"/>.</summary>
    public float* At(long byteOffset)
    {
        Debug.Assert(byteOffset >= 0 && byteOffset <= _buffer.Bytes, "An offset outside the arena.");
        Debug.Assert(byteOffset % NativeBuffer.Alignment == 0, "A misaligned offset.");
        return (float*)(_buffer.Pointer + byteOffset);
    }

    public void Dispose() => _buffer.Dispose();
}
