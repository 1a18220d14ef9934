using System.Buffers.Binary;
using System.Numerics;

namespace Descent;

/// <summary>How the pixels of a bitmap are stored.</summary>
internal enum BmpCompression
{
    None = 0,
    Runs8 = 1,
    Runs4 = 2,
    Fields = 3,
    AlphaFields = 6,
}

/// <summary>What stands before the pixels of a Windows bitmap: sizes, depth, colour table, or where in a pixel each colour stands.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="IsTopDown">Whether the first row of the file is the highest; otherwise it is the lowest.</param>
/// <param name="Depth">Bits of a pixel.</param>
/// <param name="Compression">How pixels are stored.</param>
/// <param name="Palette">Blue, green and red of each entry, where pixels are numbers of entries.</param>
/// <param name="Fields">The bits of red, green, blue and alpha in a pixel of 16 or 32 bits; no alpha is 0.</param>
/// <param name="Start">Where the pixels begin in the file.</param>
internal sealed record BmpHeader(
    int Width, int Height, bool IsTopDown, int Depth, BmpCompression Compression, byte[] Palette, uint[] Fields, int Start)
{
    private const int FileHeader = 14, Core = 12, Info = 40;

    /// <summary>Sizes of headers: OS/2 1, Windows 3 without and with fields, OS/2 2, Windows 4 and 5.</summary>
    private static ReadOnlySpan<int> Sizes => [Core, Info, 52, 56, 64, 108, 124];

    public bool HasPalette => Depth <= 8;

    /// <summary>Channels of the decoded image.</summary>
    public int Channels => Fields is [_, _, _, > 0] ? 4 : 3;

    /// <summary>Bytes of a row that is not in runs: a multiple of 4.</summary>
    public long RowBytes => ((long)Width * Depth + 31) / 32 * 4;

    public static BmpHeader Read(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        Need(file, FileHeader + 4, name);
        int size = BinaryPrimitives.ReadInt32LittleEndian(file[FileHeader..]);
        if (!Sizes.Contains(size))
        {
            throw new ImageFormatException(name, FileHeader, $"the header says that it has {size} bytes, but those of bitmaps have {string.Join(", ", Sizes.ToArray())}.");
        }

        Need(file, FileHeader + size, name);
        ReadOnlySpan<byte> header = file.Slice(FileHeader, size);
        bool isCore = size == Core;
        long width = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        long height = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) : BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int depth = BinaryPrimitives.ReadUInt16LittleEndian(header[(isCore ? 10 : 14)..]);
        var compression = (BmpCompression)(isCore ? 0 : BinaryPrimitives.ReadInt32LittleEndian(header[16..]));
        reading.CheckSize(name, FileHeader + 4, width, Math.Abs(height));
        bool isLegal = compression switch
        {
            BmpCompression.None => depth is 1 or 4 or 8 or 16 or 24 or 32,
            BmpCompression.Runs8 => depth == 8 && height > 0,
            BmpCompression.Runs4 => depth == 4 && height > 0,
            BmpCompression.Fields or BmpCompression.AlphaFields => depth is 16 or 32,
            _ => false,
        };
        if (!isLegal)
        {
            throw new ImageFormatException(name, FileHeader + 14, $"bitmaps of {depth} bits a pixel and compression {(int)compression} are not read; save it as PNG.");
        }

        int afterHeader = FileHeader + size;
        uint[] fields = ReadFields(file, name, header, depth, compression, ref afterHeader);
        byte[] palette = depth <= 8 ? ReadPalette(file, name, header, depth, ref afterHeader) : [];
        long start = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        return start >= afterHeader && start <= file.Length
            ? new((int)width, (int)Math.Abs(height), height < 0, depth, compression, palette, fields, (int)start)
            : throw new ImageFormatException(name, 10,
                $"the header says that the pixels begin at byte {start}, but the headers end at {afterHeader} and the file at {file.Length}.");
    }

    private static uint[] ReadFields(
        ReadOnlySpan<byte> file, string name, ReadOnlySpan<byte> header, int depth, BmpCompression compression, ref int afterHeader)
    {
        if (compression is not (BmpCompression.Fields or BmpCompression.AlphaFields))
        {
            return depth switch
            {
                16 => [0x7C00, 0x03E0, 0x001F, 0],
                32 => [0xFF0000, 0xFF00, 0xFF, 0],
                _ => [],
            };
        }

        // Windows 3 has the fields behind its header, later versions in it: the same place of the file.
        int count = header.Length >= 56 || compression == BmpCompression.AlphaFields ? 4 : 3;
        Need(file, FileHeader + Info + (4 * count), name);
        afterHeader = Math.Max(afterHeader, FileHeader + Info + (4 * count));
        uint[] fields = new uint[4];
        uint taken = 0;
        for (int i = 0; i < count; i++)
        {
            int at = FileHeader + Info + (4 * i);
            uint field = BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
            bool isRun = BitOperations.PopCount(field) == 32 - BitOperations.LeadingZeroCount(field) - (field == 0 ? 0 : BitOperations.TrailingZeroCount(field));
            if (!isRun || (field & taken) != 0 || (depth == 16 && field > ushort.MaxValue) || (field == 0 && i < 3))
            {
                throw new ImageFormatException(name, at, $"the bits {field:X8} cannot be a colour of pixels of {depth} bits; the file is damaged.");
            }

            fields[i] = field;
            taken |= field;
        }

        return fields;
    }

    private static byte[] ReadPalette(ReadOnlySpan<byte> file, string name, ReadOnlySpan<byte> header, int depth, ref int afterHeader)
    {
        int entry = header.Length == Core ? 3 : 4, most = 1 << depth;
        uint said = header.Length == Core ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(header[32..]);
        if (said > most)
        {
            throw new ImageFormatException(name, FileHeader + 32, $"the header says {said} colours, but pixels of {depth} bits tell {most} apart.");
        }

        int count = said == 0 ? most : (int)said;
        Need(file, afterHeader + (entry * count), name);
        byte[] palette = new byte[3 * count];
        for (int i = 0; i < count; i++)
        {
            file.Slice(afterHeader + (entry * i), 3).CopyTo(palette.AsSpan(3 * i));
        }

        afterHeader += entry * count;
        return palette;
    }

    private static void Need(ReadOnlySpan<byte> file, int length, string name)
    {
        if (file.Length < length)
        {
            throw new ImageFormatException(name, file.Length, "the file ends early, in the header of a bitmap; copy it again.");
        }
    }
}
