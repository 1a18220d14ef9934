using System.Runtime.InteropServices;

namespace Descent.Kernels.Tests;

/// <summary>Floats that end exactly where an unreadable page begins: a kernel that reads or writes one float too far kills the process.</summary>
internal sealed unsafe partial class GuardedFloats : IDisposable
{
    private const int ReadWrite = 3, PrivateAnonymous = 0x22, NoAccess = 0;

    private readonly nuint _bytes;
    private readonly byte* _start;

    public GuardedFloats(int length)
    {
        Length = length;
        nuint page = (nuint)Environment.SystemPageSize;
        nuint used = ((nuint)length * sizeof(float) + page - 1) / page * page;
        _bytes = used + page;
        if (OperatingSystem.IsLinux())
        {
            _start = Map(null, _bytes, ReadWrite, PrivateAnonymous, -1, 0);
            Assert.NotEqual(-1, (nint)_start);
            Assert.Equal(0, Protect(_start + used, page, NoAccess));
        }
        else
        {
            _start = (byte*)NativeMemory.AllocZeroed(_bytes);
        }

        Pointer = (float*)(_start + used) - length;
    }

    public float* Pointer { get; }

    public int Length { get; }

    public Span<float> Span => new(Pointer, Length);

    /// <summary>Fills with reproducible values in [-1, 1).</summary>
    public GuardedFloats Randomise(int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in Span)
        {
            value = (float)(random.NextDouble() * 2 - 1);
        }

        return this;
    }

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
