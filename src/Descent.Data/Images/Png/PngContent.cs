using System.Buffers.Binary;

namespace Descent;

/// <summary>What a PNG file holds beside its pixels, and where the compressed pixels stand.</summary>
/// <remarks>
/// The order of chunks is checked as ISO/IEC 15948, table 4, has it: IHDR; PLTE before tRNS before IDAT; the IDAT chunks in one row;
/// IEND. Chunks that say nothing about pixel values are passed over, gamma and colour profiles among them.
/// </remarks>
internal sealed class PngContent
{
    private const uint TypeHeader = 0x49484452, TypePalette = 0x504C5445, TypeTransparency = 0x74524E53, TypeData = 0x49444154, TypeEnd = 0x49454E44;

    private readonly List<(int Offset, int Length)> _data = [];

    private PngContent(string name, PngHeader header) => (Name, Header) = (name, header);

    /// <summary>The path, for messages.</summary>
    public string Name { get; }

    public PngHeader Header { get; }

    /// <summary>Red, green and blue of each entry.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Alpha of the first entries of the palette; or the samples of the one transparent colour, of two bytes each.</summary>
    public byte[]? Transparency { get; private set; }

    /// <summary>Compressed bytes of all IDAT chunks.</summary>
    public int DataLength { get; private set; }

    /// <summary>Channels of the decoded image.</summary>
    public int Channels => Header.Color switch
    {
        PngColor.Grey => 1,
        PngColor.Palette => 3,
        _ => Header.Samples,
    } + (Transparency is null ? 0 : 1);

    /// <param name="file">The file, or its beginning where only the header is wanted.</param>
    /// <param name="name">The path.</param>
    /// <param name="reading">Limits.</param>
    /// <param name="withData">False stops where the pixels begin.</param>
    public static PngContent Read(ReadOnlySpan<byte> file, string name, ImageReading reading, bool withData)
    {
        if (!file.StartsWith(PngChunks.Signature))
        {
            throw file.Length < PngChunks.Signature.Length
                ? new ImageFormatException(name, file.Length, "the file ends early, in the signature of PNG; copy it again.")
                : new ImageFormatException(name, 4,
                    $"the signature of PNG is damaged, {Convert.ToHexString(file[..8])} for {Convert.ToHexString(PngChunks.Signature)}: "
                    + "the file was copied as text; copy it again as binary.");
        }

        // Without a header there is nothing to salvage; what may be cut begins behind it.
        var chunks = new PngChunks(file, name, allowTruncated: false);
        chunks.Next();
        if (chunks.Type != TypeHeader)
        {
            throw new ImageFormatException(name, 12, "the first chunk is not IHDR; the file is damaged.");
        }

        var content = new PngContent(name, PngHeader.Read(chunks.Data, name, chunks.Offset, reading));
        chunks = new PngChunks(file, name, reading.AllowTruncated);
        chunks.Next();
        content.ReadChunks(ref chunks, withData);
        return content;
    }

    /// <summary>Copies compressed pixels from a position on, as many as there is room for.</summary>
    /// <returns>Bytes copied; 0 at their end.</returns>
    public int CopyData(ReadOnlySpan<byte> file, int position, Span<byte> piece)
    {
        int copied = 0;
        foreach ((int offset, int length) in _data)
        {
            int count = Math.Clamp(length - position, 0, piece.Length - copied);
            if (count > 0)
            {
                file.Slice(offset + position, count).CopyTo(piece[copied..]);
            }

            copied += count;
            position = Math.Max(0, position - length);
        }

        return copied;
    }

    /// <summary>Where in the file a byte of the compressed pixels stands.</summary>
    public long OffsetOf(int position)
    {
        foreach ((int offset, int length) in _data)
        {
            if (position < length)
            {
                return offset + position;
            }

            position -= length;
        }

        return _data.Count == 0 ? 0 : _data[^1].Offset + _data[^1].Length;
    }

    private void ReadChunks(ref PngChunks chunks, bool withData)
    {
        bool isAfterData = false, isAtEnd = false;
        while (!isAtEnd && chunks.Next())
        {
            switch (chunks.Type)
            {
                case TypeHeader:
                    throw Misplaced(chunks, "a second IHDR chunk");
                case TypePalette:
                    ReadPalette(chunks);
                    break;
                case TypeTransparency:
                    ReadTransparency(chunks);
                    break;
                case TypeData when isAfterData:
                    throw Misplaced(chunks, "an IDAT chunk apart from the others");
                case TypeData:
                    BeginData(chunks);
                    if (!withData)
                    {
                        return;
                    }

                    _data.Add((chunks.Offset, chunks.Data.Length));
                    DataLength += chunks.Data.Length;
                    break;
                case TypeEnd:
                    isAtEnd = true;
                    break;
                default:
                    if (!chunks.IsAncillary)
                    {
                        throw Misplaced(chunks, "a critical chunk of unknown type");
                    }

                    break;
            }

            isAfterData |= _data.Count > 0 && chunks.Type != TypeData;
            if (chunks.IsCut)
            {
                break;
            }
        }

        if (_data.Count == 0)
        {
            throw Misplaced(chunks, "the end of the file before any IDAT chunk");
        }
    }

    private void ReadPalette(in PngChunks chunks)
    {
        if (_data.Count > 0 || Palette.Length > 0 || Transparency is not null)
        {
            throw Misplaced(chunks, "a PLTE chunk behind tRNS, IDAT or another PLTE");
        }

        if (Header.Color is PngColor.Grey or PngColor.GreyAlpha)
        {
            throw Misplaced(chunks, "a PLTE chunk in a grey image");
        }

        int length = chunks.Data.Length;
        if (length == 0 || length % 3 != 0 || length > 3 * 256)
        {
            throw new ImageFormatException(Name, chunks.Offset, $"a PLTE chunk of {length} bytes; it holds 1 to 256 colours of 3.");
        }

        Palette = chunks.Data.ToArray();
    }

    private void ReadTransparency(in PngChunks chunks)
    {
        bool isPalette = Header.Color == PngColor.Palette;
        if (_data.Count > 0 || Transparency is not null || (isPalette && Palette.Length == 0))
        {
            throw Misplaced(chunks, "a tRNS chunk behind IDAT or another tRNS, or before PLTE");
        }

        int length = chunks.Data.Length;
        (int least, int most) = Header.Color switch
        {
            PngColor.Grey => (2, 2),
            PngColor.Rgb => (6, 6),
            PngColor.Palette => (1, Palette.Length / 3),
            _ => throw Misplaced(chunks, "a tRNS chunk in an image with alpha"),
        };
        if (length < least || length > most)
        {
            throw new ImageFormatException(Name, chunks.Offset, $"a tRNS chunk of {length} bytes; this image needs {least} to {most}.");
        }

        int highest = (1 << Header.BitDepth) - 1;
        for (int at = 0; !isPalette && at < length; at += 2)
        {
            int sample = BinaryPrimitives.ReadUInt16BigEndian(chunks.Data[at..]);
            if (sample > highest)
            {
                throw new ImageFormatException(Name, chunks.Offset + at, $"the transparent sample {sample} is above {highest}, the highest of {Header.BitDepth} bits.");
            }
        }

        Transparency = chunks.Data.ToArray();
    }

    private void BeginData(in PngChunks chunks)
    {
        if (Header.Color == PngColor.Palette && Palette.Length == 0)
        {
            throw Misplaced(chunks, "an IDAT chunk before the palette");
        }
    }

    private ImageFormatException Misplaced(in PngChunks chunks, string what) =>
        new(Name, Math.Max(0, chunks.Offset - 8), $"{what}; PNG files are IHDR, PLTE, tRNS, IDAT, IEND in this order.");
}
