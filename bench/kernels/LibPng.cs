using System.Runtime.InteropServices;

namespace Descent.KernelBench;

/// <summary>The peer: libpng 1.6 on one thread, through its simplified API.</summary>
internal sealed unsafe class LibPng
{
    // png_image: opaque, version, width, height, format, flags, colormap_entries, warning_or_error, message[64].
    private const int ImageBytes = 104, VersionAt = 8, WidthAt = 12, HeightAt = 16, FormatAt = 20, ImageVersion = 1, FormatRgb = 2;

    private readonly delegate* unmanaged<byte*, byte*, nuint, int> _begin;
    private readonly delegate* unmanaged<byte*, byte*, byte*, int, byte*, int> _finish;

    private LibPng(nint library)
    {
        _begin = (delegate* unmanaged<byte*, byte*, nuint, int>)NativeLibrary.GetExport(library, "png_image_begin_read_from_memory");
        _finish = (delegate* unmanaged<byte*, byte*, byte*, int, byte*, int>)NativeLibrary.GetExport(library, "png_image_finish_read");
    }

    /// <summary>Null where no such library is found.</summary>
    public static LibPng? Find() => NativeLibrary.TryLoad("libpng16.so.16", out nint library) ? new(library) : null;

    /// <summary>The RGB pixels, in new memory as a reader hands them out.</summary>
    public byte[] Decode(byte[] file)
    {
        byte* image = stackalloc byte[ImageBytes];
        new Span<byte>(image, ImageBytes).Clear();
        *(int*)(image + VersionAt) = ImageVersion;
        fixed (byte* source = file)
        {
            Check(_begin(image, source, (nuint)file.Length));
            *(int*)(image + FormatAt) = FormatRgb;
            byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * *(int*)(image + WidthAt) * *(int*)(image + HeightAt));
            fixed (byte* target = pixels)
            {
                Check(_finish(image, null, target, 0, null));
            }

            return pixels;
        }
    }

    private static void Check(int result)
    {
        if (result == 0)
        {
            throw new InvalidOperationException("libpng refuses what it was given.");
        }
    }
}
