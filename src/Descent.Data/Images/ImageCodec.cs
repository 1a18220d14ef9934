namespace Descent;

/// <summary>How files of one format are told by their first bytes, and read.</summary>
internal sealed record ImageCodec(
    ImageFormat Format,
    Func<ReadOnlySpan<byte>, bool> Begins,
    Func<ReadOnlySpan<byte>, string, ImageReading, ImageInfo> Identify,
    Func<ReadOnlySpan<byte>, string, ImageReading, Image> Decode)
{
    private static readonly ImageCodec[] s_all =
    [
        // Four bytes of PNG's eight: what transfer has damaged in the others, its own reader says better.
        new(ImageFormat.Png, file => file.StartsWith(PngChunks.Signature[..4]), PngDecoder.Identify, PngDecoder.Decode),
        new(ImageFormat.Jpeg, file => file.StartsWith<byte>([0xFF, 0xD8]), JpegDecoder.Identify, JpegDecoder.Decode),
        new(ImageFormat.Gif, file => file.StartsWith("GIF8"u8), GifDecoder.Identify, GifDecoder.Decode),
        new(ImageFormat.Bmp, file => file.StartsWith("BM"u8), BmpDecoder.Identify, BmpDecoder.Decode),
        new(ImageFormat.Pnm, file => file is [(byte)'P', >= (byte)'1' and <= (byte)'6', _, ..], PnmDecoder.Identify,
            (file, name, reading) => PnmDecoder.Decode(file, name, reading)),
    ];

    /// <summary>The one that reads a file.</summary>
    /// <exception cref="ImageFormatException">None does.</exception>
    public static ImageCodec Of(ReadOnlySpan<byte> file, string name)
    {
        if (file.IsEmpty)
        {
            throw new ImageFormatException(name, 0, "the file is empty; copy it again from its source, or delete it.");
        }

        foreach (ImageCodec codec in s_all)
        {
            if (codec.Begins(file))
            {
                return codec;
            }
        }

        throw new ImageFormatException(name, 0,
            $"the file begins with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}, as no image in PNG, JPEG, BMP, GIF or PNM does; "
            + "convert it to one of them.");
    }
}
