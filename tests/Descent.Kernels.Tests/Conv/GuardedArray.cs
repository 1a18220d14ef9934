using System.Runtime.InteropServices;

namespace Descent.Kernels.Tests;

/// <summary>
/// Floats (or as many ints) that end right before a page which may not be touched: reading or writing beyond them ends the process.
/// </summary>
internal sealed unsafe partial class GuardedArray : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;

    private readonly byte* _map;
    private readonly nuint _mapBytes;

    public GuardedArray(long length)
    {
        Length = checked((int)length);
        nuint page = (nuint)Environment.SystemPageSize, data = (nuint)(length * sizeof(float)), pages = (data + page - 1) / page * page;
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere the values are still checked, only not the bounds.
            _map = (byte*)NativeMemory.Alloc(pages);
            Floats = (float*)_map;
            return;
        }
        _mapBytes = pages + (2 * page);
        _map = Map(null, _mapBytes, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.True((nint)_map != -1 && Protect(_map, page, None) == 0 && Protect(_map + page + pages, page, None) == 0, "No guarded memory.");
        Floats = (float*)(_map + page + pages - data);
    }

    public int Length { get; }

    public float* Floats { get; }

    public int* Ints => (int*)Floats;

    public Span<float> Span => new(Floats, Length);

    public Span<int> IntSpan => new(Floats, Length);

    public Span<byte> Bytes => new(Floats, Length * sizeof(float));

    public static GuardedArray Of(ReadOnlySpan<float> values)
    {
        var array = new GuardedArray(values.Length);
        values.CopyTo(array.Span);
        return array;
    }

    public void Dispose()
    {
        if (_mapBytes == 0)
        {
            NativeMemory.Free(_map);
        }
        else
        {
            _ = Unmap(_map, _mapBytes);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
