using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace Descent;

/// <summary>Native memory that begins at a multiple of 64 bytes and is freed when nothing refers to it any more.</summary>
/// <remarks>
/// Cells and kept values live in it. Whoever works on <see cref="Pointer"/> keeps the buffer itself reachable meanwhile.
/// The collector is told of the bytes: it would otherwise see a small object and no reason to collect.
/// </remarks>
internal sealed unsafe class NativeBuffer : CriticalFinalizerObject, IDisposable
{
    /// <summary>One vector of 16 floats, which is also one cache line.</summary>
    public const int Alignment = 64;

    private const int LeastPressure = 4096;

    private readonly long _pressure;
    private void* _block;

    /// <exception cref="InsufficientMemoryException">The system has no such block.</exception>
    public NativeBuffer(long bytes, bool zeroed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;

        // Not AlignedAlloc: only the plain zeroed allocation gets pages that the system has cleared already.
        // Whole vectors, so that a load of the last one stays inside.
        int alignment = bytes >= 2 * HugePages.Bytes ? HugePages.Bytes : Alignment;
        nuint size = checked((nuint)bytes + Alignment + (nuint)alignment - 1) / Alignment * Alignment;
        try
        {
            _block = zeroed ? NativeMemory.AllocZeroed(size) : NativeMemory.Alloc(size);
        }
        catch (OutOfMemoryException)
        {
            throw new InsufficientMemoryException($"buffer: the system has no {bytes:N0} bytes of memory left.");
        }

        // A loss of four bytes weighs less than its object, and telling the collector would cost as much as allocating it.
        _pressure = size >= LeastPressure ? (long)size : 0;
        if (_pressure > 0)
        {
            GC.AddMemoryPressure(_pressure);
        }

        Pointer = (byte*)(((nuint)_block + (nuint)alignment - 1) & ~(nuint)(alignment - 1));
        if (alignment == HugePages.Bytes)
        {
            HugePages.Advise(Pointer, bytes);
        }
    }

    ~NativeBuffer() => Free();

    public long Bytes { get; }

    /// <summary>Null once disposed.</summary>
    public byte* Pointer { get; private set; }

    /// <summary>The memory as elements, as many as fit.</summary>
    /// <exception cref="OverflowException">More elements than a span can hold.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(Pointer is null, this);
        return new Span<T>(Pointer, checked((int)(Bytes / sizeof(T))));
    }

    /// <summary>Frees at once, for owners that know nobody else holds the pointer.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_block is null)
        {
            return;
        }
        NativeMemory.Free(_block);
        if (_pressure > 0)
        {
            GC.RemoveMemoryPressure(_pressure);
        }

        _block = null;
        Pointer = null;
    }
}
