using System.Buffers.Binary;
using System.Text;

namespace Descent;

/// <summary>Walks over the chunks of a PNG file: length, type, data, checksum.</summary>
internal ref struct PngChunks(ReadOnlySpan<byte> file, string name, bool allowTruncated)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private int _next = Signature.Length;

    /// <summary>What stands before them.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The four letters as a number, the first one highest.</summary>
    public uint Type { get; private set; }

    /// <summary>Where the data begin in the file.</summary>
    public int Offset { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>May a reader that does not know the type pass over it? A small first letter says so.</summary>
    public readonly bool IsAncillary => (Type & 0x2000_0000) != 0;

    /// <summary>Does the file end in this chunk, or before it?</summary>
    public bool IsCut { get; private set; }

    public static uint TypeOf(ReadOnlySpan<byte> letters) => BinaryPrimitives.ReadUInt32BigEndian(letters);

    /// <summary>Goes to the next chunk.</summary>
    /// <returns>False where the file ends and may do so.</returns>
    public bool Next()
    {
        int left = _file.Length - _next;
        if (left < 8)
        {
            return Cut("where a chunk should follow");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(_file[_next..]);
        ReadOnlySpan<byte> letters = _file.Slice(_next + 4, 4);
        if (length > int.MaxValue || letters.ContainsAnyExcept(s_letters))
        {
            throw new ImageFormatException(name, _next, $"a chunk cannot have length {length} and type {Convert.ToHexString(letters)}; the file is damaged.");
        }

        (Type, Offset) = (TypeOf(letters), _next + 8);
        if (length + 12L > left)
        {
            Data = _file.Slice(Offset, (int)Math.Min(length, left - 8));
            return Cut($"in the chunk {Encoding.ASCII.GetString(letters)} of {length} bytes") || !Data.IsEmpty;
        }

        Data = _file.Slice(Offset, (int)length);
        int end = Offset + (int)length;
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(_file[end..]), computed = Crc32.Of(_file[(_next + 4)..end]);
        _next = end + 4;
        return stored == computed
            ? true
            : throw new ImageFormatException(name, end,
                $"the checksum of the chunk {Encoding.ASCII.GetString(letters)} is {stored:X8}, that of its content {computed:X8}; copy the file again.");
    }

    private static readonly System.Buffers.SearchValues<byte> s_letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private bool Cut(string where)
    {
        IsCut = true;
        return allowTruncated
            ? false
            : throw new ImageFormatException(name, _file.Length,
                $"the file ends early, {where}; copy it again, or set {nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
    }
}
