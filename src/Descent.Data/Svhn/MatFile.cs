using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Descent;

/// <summary>Reads the numeric arrays of a MATLAB file of version 5, as SVHN is published in; compressed elements too.</summary>
/// <remarks>
/// Layout: a header of 128 bytes whose last two say the byte order, then elements: type and length in 4 bytes each, content, padding to 8. A
/// matrix is an element of elements: flags with the class, sizes, name, values, the first axis innermost. Lengths are checked against
/// the bytes that can be there before anything is allocated. Source: MathWorks, "MAT-File Format", version 5.
/// </remarks>
internal sealed class MatFile
{
    /// <summary>The values of one array as bytes.</summary>
    /// <param name="Sizes">Length of each axis, the first innermost.</param>
    /// <param name="Values">As whole numbers from 0 to 255.</param>
    internal sealed record Matrix(int[] Sizes, byte[] Values);

    private const int HeaderBytes = 128, Compressed = 15, MatrixType = 14, MostRank = 8;

    /// <summary>Deflate cannot shrink more than this: 258 bytes become 2 bits.</summary>
    private const long MaxCompression = 1032;

    private readonly Dictionary<string, Matrix> _arrays = new(StringComparer.Ordinal);
    private readonly string _path;

    private MatFile(string path)
    {
        _path = path;
    }

    /// <summary>The arrays of bytes, or of numbers that are bytes, by their names.</summary>
    /// <exception cref="DataFormatException">The file is damaged, or of another version.</exception>
    public static IReadOnlyDictionary<string, Matrix> Read(string path)
    {
        var file = new MatFile(path);
        using FileStream stream = File.OpenRead(path);
        file.ReadAll(stream);
        return file._arrays;
    }

    private void ReadAll(FileStream file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        int got = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (got < HeaderBytes || !header[124..].SequenceEqual((ReadOnlySpan<byte>)[0, 1, (byte)'I', (byte)'M']))
        {
            string text = Encoding.ASCII.GetString(header[..Math.Min(got, 10)]);
            throw new DataFormatException(_path, Math.Min(got, 124), text == "MATLAB 7.3"
                ? "the file is of MATLAB's version 7.3, which is HDF5; save it again with save -v7."
                : "this is no MATLAB file of version 5 in little-endian order, or it is cut off; save it with save -v7, or fetch it again.");
        }

        while (file.Position < file.Length)
        {
            long at = file.Position;
            (int type, long length, _) = Tag(file, at);
            if (length > file.Length - file.Position)
            {
                throw new DataFormatException(_path, at,
                    $"an element claims {length} bytes, but {file.Length - file.Position} follow; the file is cut off, fetch it again.");
            }

            long end = file.Position + length;
            if (type == Compressed)
            {
                try
                {
                    using var content = new ZLibStream(file, CompressionMode.Decompress, leaveOpen: true);
                    (int inner, long innerLength, _) = Tag(content, at);
                    ReadMatrix(inner, content, at, Math.Min(innerLength, length * MaxCompression));
                    // To the end, so that the checksum is checked.
                    _ = content.ReadByte();
                }
                catch (InvalidDataException e)
                {
                    throw new DataFormatException(_path, at, $"the compressed data is damaged ({e.Message.TrimEnd('.')}); fetch the file again.", e);
                }
            }
            else
            {
                ReadMatrix(type, file, at, length);
                end += (8 - length % 8) % 8;
            }

            file.Position = Math.Min(end, file.Length);
        }
    }

    private void ReadMatrix(int type, Stream content, long at, long longest)
    {
        if (type != MatrixType)
        {
            return;
        }

        byte[] flags = Element(content, at, most: 8, out _);
        // Sparse, cell, structure, object and text arrays are of other classes than 6 (double) to 15 (u64).
        bool isNumeric = flags.Length == 8 && flags[0] is >= 6 and <= 15 && (flags[1] & 0x08) == 0;
        int[] sizes = Int32s(Element(content, at, most: 4 * MostRank, out _));
        string name = Encoding.ASCII.GetString(Element(content, at, most: 64, out _));
        if (!isNumeric)
        {
            return;
        }

        long count = 1;
        foreach (int size in sizes)
        {
            count *= size;
            if (size < 0 || count > longest || count > IdxFile.MaxElements)
            {
                throw new DataFormatException(_path, at,
                    $"the array {name} of sizes {string.Join(" × ", sizes)} does not fit into its {longest} bytes; the file is damaged, fetch it again.");
            }
        }

        byte[] values = Element(content, at, most: Math.Min(longest, count * 8), out int valueType);
        _arrays[name] = new(sizes, Bytes(name, values, valueType, count, at));
    }

    private byte[] Bytes(string name, byte[] values, int type, long count, long at)
    {
        int width = type switch { 1 or 2 => 1, 3 or 4 => 2, 5 or 6 or 7 => 4, 9 or 12 or 13 => 8, _ => 0 };
        if (width == 0 || values.Length != count * width)
        {
            throw new DataFormatException(_path, at,
                $"the array {name} has {values.Length} bytes of type {type} for {count} values; the file is damaged, fetch it again.");
        }

        if (type == 2)
        {
            return values;
        }

        byte[] bytes = new byte[count];
        for (int i = 0; i < bytes.Length; i++)
        {
            ReadOnlySpan<byte> value = values.AsSpan(i * width, width);
            double number = type switch
            {
                1 => (sbyte)value[0],
                3 => BinaryPrimitives.ReadInt16LittleEndian(value),
                4 => BinaryPrimitives.ReadUInt16LittleEndian(value),
                5 => BinaryPrimitives.ReadInt32LittleEndian(value),
                6 => BinaryPrimitives.ReadUInt32LittleEndian(value),
                7 => BinaryPrimitives.ReadSingleLittleEndian(value),
                9 => BinaryPrimitives.ReadDoubleLittleEndian(value),
                12 => BinaryPrimitives.ReadInt64LittleEndian(value),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(value),
            };
            bytes[i] = number is >= 0 and <= 255 && number == Math.Floor(number) ? (byte)number : throw new DataFormatException(_path, at,
                $"value {i} of the array {name} is {number}, but pixels and labels are whole numbers from 0 to 255.");
        }

        return bytes;
    }

    /// <summary>The content of an element within a matrix, with its padding passed over.</summary>
    private byte[] Element(Stream content, long at, long most, out int type)
    {
        (type, long length, byte[]? small) = Tag(content, at);
        if (small is not null)
        {
            return small;
        }

        if (length > most)
        {
            throw new DataFormatException(_path, at, $"a part of the element claims {length} bytes, at most {most} are expected; the file is damaged, fetch it again.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        Span<byte> padding = stackalloc byte[8];
        int read = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < length)
        {
            throw new DataFormatException(_path, at, $"the element ends {length - read} bytes early; the file is cut off, fetch it again.");
        }

        int left = (int)((8 - length % 8) % 8);
        _ = content.ReadAtLeast(padding[..left], left, throwOnEndOfStream: false);
        return bytes;
    }

    /// <summary>Type and length of an element; up to 4 bytes may stand in the tag itself.</summary>
    private (int Type, long Length, byte[]? Small) Tag(Stream content, long at)
    {
        Span<byte> tag = stackalloc byte[8];
        int read = content.ReadAtLeast(tag, 8, throwOnEndOfStream: false);
        if (read < 8)
        {
            throw new DataFormatException(_path, at, "the file ends within an element; it is cut off, fetch it again.");
        }

        uint first = BinaryPrimitives.ReadUInt32LittleEndian(tag);
        int smallLength = (int)(first >> 16);
        return smallLength switch
        {
            0 => ((int)first, BinaryPrimitives.ReadUInt32LittleEndian(tag[4..]), null),
            <= 4 => ((int)(first & 0xFFFF), smallLength, tag.Slice(4, smallLength).ToArray()),
            _ => throw new DataFormatException(_path, at, $"an element of type {first:x} is damaged; fetch the file again."),
        };
    }

    private static int[] Int32s(byte[] bytes)
    {
        int[] numbers = new int[bytes.Length / 4];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * i));
        }

        return numbers;
    }
}
