using System.Runtime.InteropServices;

namespace Descent.Kernels.Tests;

/// <summary>On which side of the buffer the unreadable page lies.</summary>
internal enum Guard
{
    After,
    Before,
}

/// <summary>
/// Floats that touch an unreadable page: a kernel that reads or writes one float too far kills the process.
/// Without mmap (other systems than Linux) they are ordinary memory.
/// </summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int ReadWrite = 3, PrivateAnonymous = 0x22, NoAccess = 0;

    private readonly nuint _bytes;
    private readonly byte* _start;

    public GuardedBuffer(int length, Guard guard = Guard.After)
    {
        Length = length;
        nuint page = (nuint)Environment.SystemPageSize;
        nuint used = (((nuint)length * sizeof(float)) + page - 1) / page * page;
        _bytes = used + page;
        if (OperatingSystem.IsLinux())
        {
            _start = Map(null, _bytes, ReadWrite, PrivateAnonymous, -1, 0);
            Assert.NotEqual(-1, (nint)_start);
            Assert.Equal(0, Protect(guard == Guard.After ? _start + used : _start, page, NoAccess));
        }
        else
        {
            _start = (byte*)NativeMemory.AllocZeroed(_bytes);
        }

        Pointer = guard == Guard.After ? (float*)(_start + used) - length : (float*)(_start + page);
    }

    public float* Pointer { get; }

    public int Length { get; }

    public Span<float> Span => new(Pointer, Length);

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Unmap(_start, _bytes);
        }
        else
        {
            NativeMemory.Free(_start);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
