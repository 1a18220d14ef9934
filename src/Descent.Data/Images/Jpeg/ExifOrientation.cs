using System.Buffers.Binary;

namespace Descent;

/// <summary>The orientation that Exif keeps: how the camera was held. Tag 0x0112 of its first directory.</summary>
internal static class ExifOrientation
{
    public const int Upright = 1;

    private const int Tag = 0x0112, EntryBytes = 12, Short = 3;

    /// <summary>1 to 8; 1 where nothing is said, or nothing that can be read: how a picture is held is no reason to refuse it.</summary>
    /// <param name="tiff">Exif data from its byte order, "II" or "MM".</param>
    public static int Find(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }

        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - sizeof(ushort))
        {
            return Upright;
        }

        ReadOnlySpan<byte> entries = tiff[((int)directory + sizeof(ushort))..];
        for (int left = Number(tiff[(int)directory..]); left > 0 && entries.Length >= EntryBytes; left--, entries = entries[EntryBytes..])
        {
            if (Number(entries) == Tag)
            {
                int orientation = Number(entries[2..]) == Short ? Number(entries[8..]) : 0;
                return orientation is >= 1 and <= 8 ? orientation : Upright;
            }
        }

        return Upright;

        int Number(ReadOnlySpan<byte> bytes) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>Rows and columns change places.</summary>
    public static bool IsTransposed(int orientation) => orientation >= 5;

    /// <summary>Puts pixels of a row, as they are stored, where they were seen.</summary>
    /// <param name="pixels">Pixels side by side.</param>
    /// <param name="x">Column of the first.</param>
    /// <param name="y">Their row.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <param name="upright">The picture as it was seen.</param>
    /// <remarks>
    /// 2 is mirrored left to right, 3 turned by half, 4 mirrored top to bottom, 5 mirrored at the main diagonal, 6 to be turned clockwise by a
    /// quarter, 7 mirrored at the other diagonal, 8 to be turned counter-clockwise by a quarter.
    /// </remarks>
    public static void Place(ReadOnlySpan<byte> pixels, int x, int y, int orientation, Image upright)
    {
        bool transposed = IsTransposed(orientation);
        int channels = upright.Channels, pitch = upright.Width * channels;
        (int width, int height) = transposed ? (upright.Height, upright.Width) : (upright.Width, upright.Height);

        // Where the first stored pixel goes, and how far a step right or down in the stored picture leads.
        int right = transposed ? pitch : channels, down = transposed ? channels : pitch, at = 0;
        if (orientation is 2 or 3 or 7 or 8)
        {
            at += (width - 1) * right;
            right = -right;
        }

        if (orientation is 3 or 4 or 6 or 7)
        {
            at += (height - 1) * down;
            down = -down;
        }

        Span<byte> target = upright.Pixels;
        for (at += x * right + y * down; !pixels.IsEmpty; at += right, pixels = pixels[channels..])
        {
            for (int c = 0; c < channels; c++)
            {
                target[at + c] = pixels[c];
            }
        }
    }
}
