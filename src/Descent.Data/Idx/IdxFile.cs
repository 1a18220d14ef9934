using System.Buffers.Binary;
using System.IO.Compression;

namespace Descent;

/// <summary>Reads and writes IDX, the format of MNIST and the sets made in its likeness: plain or compressed with gzip.</summary>
/// <remarks>
/// Layout, big-endian: <c>0, 0, element type, rank</c>, then one 32-bit size per axis, then the elements. Only unsigned bytes (type 0x08)
/// are read. A file is untrusted: sizes are checked against the bytes that can be there before anything is allocated, and not one byte may
/// be left over. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
/// </remarks>
public static class IdxFile
{
    /// <summary>Elements in one file, at most: a little under 2 GiB, the longest array there is.</summary>
    public const long MaxElements = 0x7FFF_FFC7;

    private const byte UnsignedByte = 0x08;

    /// <summary>Deflate cannot shrink more than this: 258 bytes become 2 bits.</summary>
    private const long MaxCompression = 1032;

    private const int GzipTrailer = 8;

    /// <summary>
    /// Reads a file of <paramref name="rank"/> axes. Whether it is compressed is told by its first bytes, not by its name.
    /// </summary>
    /// <exception cref="DataFormatException">
    /// The file is not IDX of unsigned bytes with that many axes, is truncated, damaged, or too long.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IdxArray Read(string path, int rank)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file, path, rank);
    }

    /// <summary>Reads what may seek and tell its length; <paramref name="path"/> is what errors call it.</summary>
    internal static IdxArray Read(Stream file, string path, int rank)
    {
        Span<byte> start = stackalloc byte[2];
        bool isCompressed = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start[0] == 0x1F && start[1] == 0x8B;
        file.Position = 0;
        if (!isCompressed)
        {
            return ReadContent(file, path, rank, longest: file.Length);
        }

        using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            IdxArray array = ReadContent(content, path, rank, longest: file.Length * MaxCompression);
            CheckTrailer(file, path, ContentLength(array));
            return array;
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(path, 0, $"the gzip data is damaged ({e.Message.TrimEnd('.')}); fetch the file again.", e);
        }
    }

    /// <summary>Writes a file, compressed when its name ends in <c>.gz</c>.</summary>
    /// <exception cref="ArgumentException">The sizes do not multiply to the number of values.</exception>
    public static void Write(string path, IdxArray array)
    {
        long count = 1;
        foreach (int size in array.Sizes)
        {
            count *= size;
        }

        if (count != array.Values.Length || array.Sizes.Count is 0 or > 255)
        {
            throw new ArgumentException(
                $"The sizes ({string.Join(", ", array.Sizes)}) do not describe {array.Values.Length} values.", nameof(array));
        }

        byte[] header = new byte[4 + 4 * array.Sizes.Count];
        header[2] = UnsignedByte;
        header[3] = (byte)array.Sizes.Count;
        for (int axis = 0; axis < array.Sizes.Count; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * axis), array.Sizes[axis]);
        }

        using FileStream file = File.Create(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Optimal) : file;
        content.Write(header);
        content.Write(array.Values);
    }

    /// <summary>Reads what is not, or no longer, compressed.</summary>
    /// <remarks>
    /// No content is longer than <paramref name="longest"/>: what the header declares is held against it before memory is taken.
    /// </remarks>
    private static IdxArray ReadContent(Stream content, string path, int rank, long longest)
    {
        Span<byte> header = stackalloc byte[4 + 4 * rank];
        int got = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        CheckMagic(path, header[..Math.Min(got, 4)], rank);
        if (got < header.Length)
        {
            throw new DataFormatException(path, got,
                $"the header ends after {got} bytes, expected {header.Length}; the file is cut off, fetch it again.");
        }

        int[] sizes = new int[rank];
        long count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            sizes[axis] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + 4 * axis)..]);
            if (sizes[axis] <= 0 || (count *= sizes[axis]) > MaxElements)
            {
                throw new DataFormatException(path, 4 + 4 * axis, sizes[axis] <= 0
                    ? $"axis {axis} has size {sizes[axis]}, expected at least 1; the header is damaged or the set is empty."
                    : $"the sizes ({string.Join(", ", sizes[..(axis + 1)])}) ask for more than {MaxElements} bytes; split the set.");
            }
        }

        if (header.Length + count > longest)
        {
            throw new DataFormatException(path, header.Length,
                $"the header declares {count} bytes, but the file can hold at most {Math.Max(0, longest - header.Length)}; it is cut off "
                + "or damaged, fetch it again.");
        }

        byte[] values = GC.AllocateUninitializedArray<byte>((int)count);
        int read = content.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (read < values.Length)
        {
            throw new DataFormatException(path, header.Length + read,
                $"the data ends after {read} bytes, but the header declares {count}; the file is cut off, fetch it again.");
        }

        if (content.ReadByte() >= 0)
        {
            throw new DataFormatException(path, header.Length + count,
                $"bytes follow the {count} that the header declares; the file is damaged or is not what its name says.");
        }

        return new(sizes, values);
    }

    private static void CheckMagic(string path, ReadOnlySpan<byte> magic, int rank)
    {
        byte[] expected = [0, 0, UnsignedByte, (byte)rank];
        for (int i = 0; i < expected.Length; i++)
        {
            if (i < magic.Length && magic[i] == expected[i])
            {
                continue;
            }

            string what = i switch
            {
                2 when magic.Length > 2 => $"element type 0x{magic[2]:X2}, expected 0x08 (unsigned byte); convert the values to bytes",
                3 when magic.Length > 3 =>
                    $"{magic[3]} axes, expected {rank} ({(rank == 1 ? "labels" : "images")}); were the image and label files exchanged?",
                _ => $"magic {Convert.ToHexString(magic)}, expected {Convert.ToHexString(expected)}; this is no IDX file or it is cut off",
            };
            throw new DataFormatException(path, i, $"{what}.");
        }
    }

    /// <summary>
    /// The last four bytes of a gzip file repeat its content's length: what follows the compressed data would otherwise go unseen.
    /// </summary>
    private static void CheckTrailer(Stream file, string path, long contentLength)
    {
        Span<byte> trailer = stackalloc byte[GzipTrailer];
        file.Position = file.Length - GzipTrailer;
        file.ReadExactly(trailer);
        uint declared = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (declared != (uint)contentLength)
        {
            throw new DataFormatException(path, file.Length - 4,
                $"the gzip trailer declares {declared} bytes of content, found {contentLength}; the file is cut off or bytes follow it, "
                + "fetch it again.");
        }
    }

    private static long ContentLength(IdxArray array) => 4 + 4 * array.Sizes.Count + (long)array.Values.Length;
}
