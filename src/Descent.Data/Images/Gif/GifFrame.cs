using System.Buffers.Binary;

namespace Descent;

/// <summary>What a GIF file says before the pixels of its first frame.</summary>
/// <param name="Width">Columns of the image.</param>
/// <param name="Height">Rows of the image.</param>
/// <param name="Left">The frame's first column.</param>
/// <param name="Top">The frame's first row.</param>
/// <param name="FrameWidth">Columns of the frame.</param>
/// <param name="FrameHeight">Rows of the frame.</param>
/// <param name="IsInterlaced">Whether every eighth row comes first.</param>
/// <param name="Palette">Red, green and blue of each entry: the frame's own, or that of all frames.</param>
/// <param name="Background">The colour around the frame.</param>
/// <param name="Transparent">The entry that is no colour; −1 without one.</param>
/// <param name="Start">Where the compressed pixels begin.</param>
internal sealed record GifFrame(
    int Width, int Height, int Left, int Top, int FrameWidth, int FrameHeight, bool IsInterlaced, byte[] Palette,
    (byte Red, byte Green, byte Blue) Background, int Transparent, int Start)
{
    private const int ScreenLength = 13, ImageLength = 10;
    private const byte Extension = 0x21, GraphicControl = 0xF9, Separator = 0x2C, Trailer = 0x3B;

    /// <summary>Channels of the decoded image.</summary>
    public int Channels => Transparent >= 0 ? 4 : 3;

    public static GifFrame Read(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        Need(file, ScreenLength, name);
        if (!file.StartsWith("GIF87a"u8) && !file.StartsWith("GIF89a"u8))
        {
            throw new ImageFormatException(name, 3, $"GIF has versions 87a and 89a, not {Convert.ToHexString(file[3..6])} in hexadecimal.");
        }

        (int width, int height, int flags) = (Number(file, 6), Number(file, 8), file[10]);
        int at = ScreenLength, transparent = -1;
        byte[] shared = ReadPalette(file, name, flags, ref at);
        int entry = 3 * file[11];
        (byte, byte, byte) background = entry < shared.Length ? (shared[entry], shared[entry + 1], shared[entry + 2]) : default;
        while (true)
        {
            Need(file, at + 1, name);
            switch (file[at])
            {
                case Extension:
                    ReadExtension(file, name, ref at, ref transparent);
                    break;
                case Separator:
                    Need(file, at + ImageLength, name);
                    return ReadFrame(file, name, reading, width, height, at, shared, background, transparent);
                case Trailer:
                    throw new ImageFormatException(name, at, "the file ends without an image.");
                default:
                    throw new ImageFormatException(name, at, $"a block cannot begin with {file[at]:X2}; the file is damaged.");
            }
        }
    }

    private static GifFrame ReadFrame(
        ReadOnlySpan<byte> file, string name, ImageReading reading, int width, int height, int at, byte[] shared,
        (byte Red, byte Green, byte Blue) background, int transparent)
    {
        (int left, int top, int frameWidth, int frameHeight, int flags) =
            (Number(file, at + 1), Number(file, at + 3), Number(file, at + 5), Number(file, at + 7), file[at + 9]);

        // Some writers leave the size to the frame.
        (width, height) = (width == 0 ? left + frameWidth : width, height == 0 ? top + frameHeight : height);
        reading.CheckSize(name, 6, width, height);
        reading.CheckSize(name, at + 5, frameWidth, frameHeight);
        if (left + frameWidth > width || top + frameHeight > height)
        {
            throw new ImageFormatException(name, at + 1,
                $"the frame of {frameWidth} × {frameHeight} at ({left}, {top}) does not fit the image of {width} × {height}; the file is damaged.");
        }

        int next = at + ImageLength;
        byte[] own = ReadPalette(file, name, flags, ref next);
        byte[] palette = own.Length > 0 ? own : shared;
        return palette.Length > 0
            ? new(width, height, left, top, frameWidth, frameHeight, (flags & 0x40) != 0, palette, background, transparent, next)
            : throw new ImageFormatException(name, at + 9, "there is no palette, of the frame or of all frames.");
    }

    private static byte[] ReadPalette(ReadOnlySpan<byte> file, string name, int flags, ref int at)
    {
        if ((flags & 0x80) == 0)
        {
            return [];
        }

        int length = 3 << ((flags & 7) + 1);
        Need(file, at + length, name);
        at += length;
        return file.Slice(at - length, length).ToArray();
    }

    /// <summary>Passes an extension; the one that says which entry is transparent is read.</summary>
    private static void ReadExtension(ReadOnlySpan<byte> file, string name, ref int at, ref int transparent)
    {
        Need(file, at + 3, name);
        bool isControl = file[at + 1] == GraphicControl;
        at += 2;
        for (int length = file[at]; length > 0; length = file[at])
        {
            Need(file, at + length + 2, name);
            if (isControl && length >= 4)
            {
                transparent = (file[at + 1] & 1) != 0 ? file[at + 4] : -1;
            }

            at += length + 1;
        }

        at++;
    }

    private static int Number(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static void Need(ReadOnlySpan<byte> file, int length, string name)
    {
        if (file.Length < length)
        {
            throw new ImageFormatException(name, file.Length, "the file ends early, before the pixels of a GIF; copy it again.");
        }
    }
}
