namespace Descent;

/// <summary>Tells an image format by the first bytes of a file.</summary>
internal static class ImageSignature
{
    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <exception cref="ImageFormatException">They belong to none.</exception>
    public static ImageFormat Find(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty)
        {
            throw new ImageFormatException(name, 0, "the file is empty; copy it again from its source, or delete it.");
        }

        // Three bytes of PNG's eight: what transfer has damaged in the others, its own reader says better.
        return bytes.StartsWith(Png[..4]) ? ImageFormat.Png
            : bytes.StartsWith<byte>([0xFF, 0xD8]) ? ImageFormat.Jpeg
            : bytes.StartsWith("GIF8"u8) ? ImageFormat.Gif
            : bytes.StartsWith("BM"u8) ? ImageFormat.Bmp
            : bytes.Length > 2 && bytes[0] == 'P' && bytes[1] is >= (byte)'1' and <= (byte)'6' ? ImageFormat.Pnm
            : throw new ImageFormatException(name, 0,
                $"the file begins with {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])}, as no image in PNG, JPEG, BMP, GIF or PNM does; "
                + "convert it to one of them.");
    }
}
