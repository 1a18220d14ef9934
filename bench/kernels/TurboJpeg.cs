using System.Runtime.InteropServices;

namespace Descent.KernelBench;

/// <summary>The peer: libjpeg-turbo on one thread, called directly.</summary>
internal sealed unsafe class TurboJpeg
{
    private const int Rgb = 0, OneGrey = 6, FullColor = 0, HalfColor = 2, Grey = 3, NoReallocation = 1024, AccurateTransform = 4096, Progressive = 16384;

    private readonly nint _compressor, _decompressor;
    private readonly delegate* unmanaged<nint, byte*, nuint, int*, int*, int*, int*, int> _header;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, int, int, int, int, int, int> _decompress;
    private readonly delegate* unmanaged<nint, byte*, int, int, int, int, byte**, nuint*, int, int, int, int> _compress;

    private TurboJpeg(nint library)
    {
        _compressor = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitCompress"))();
        _decompressor = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitDecompress"))();
        _header = (delegate* unmanaged<nint, byte*, nuint, int*, int*, int*, int*, int>)NativeLibrary.GetExport(library, "tjDecompressHeader3");
        _decompress = (delegate* unmanaged<nint, byte*, nuint, byte*, int, int, int, int, int, int>)NativeLibrary.GetExport(library, "tjDecompress2");
        _compress = (delegate* unmanaged<nint, byte*, int, int, int, int, byte**, nuint*, int, int, int, int>)
            NativeLibrary.GetExport(library, "tjCompress2");
    }

    /// <summary>Null where no such library is found.</summary>
    public static TurboJpeg? Find() => NativeLibrary.TryLoad("libturbojpeg.so.0", out nint library) ? new(library) : null;

    /// <summary>The pixels, RGB or grey, in new memory as a reader hands them out.</summary>
    public byte[] Decode(byte[] file)
    {
        int width, height, sampling, color;
        fixed (byte* source = file)
        {
            Check(_header(_decompressor, source, (nuint)file.Length, &width, &height, &sampling, &color));
            bool grey = sampling == Grey;
            byte[] pixels = GC.AllocateUninitializedArray<byte>((grey ? 1 : 3) * width * height);
            fixed (byte* target = pixels)
            {
                Check(_decompress(_decompressor, source, (nuint)file.Length, target, width, 0, height, grey ? OneGrey : Rgb, 0));
            }

            return pixels;
        }
    }

    /// <summary>The length of the file that it writes into a buffer.</summary>
    public int Encode(Image image, int quality, bool halfColor, byte[] buffer, bool progressive = false)
    {
        bool grey = image.Channels == 1;
        int sampling = grey ? Grey : halfColor ? HalfColor : FullColor;
        fixed (byte* source = image.Pixels, start = buffer)
        {
            byte* target = start;
            nuint length = (nuint)buffer.Length;
            Check(_compress(_compressor, source, image.Width, 0, image.Height, grey ? OneGrey : Rgb, &target, &length, sampling, quality,
                NoReallocation | AccurateTransform | (progressive ? Progressive : 0)));
            return (int)length;
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("libjpeg-turbo refuses what it was given.");
        }
    }
}
