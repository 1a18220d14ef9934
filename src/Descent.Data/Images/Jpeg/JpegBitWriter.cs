using System.Buffers;
using System.Buffers.Binary;

namespace Descent;

/// <summary>Writes a JPEG file: its segments, and the bits of its scan with a zero stuffed behind each byte 0xFF.</summary>
/// <remarks>Bits are packed without the zeros, which come in when a buffer of bytes is copied into the file.</remarks>
internal sealed class JpegBitWriter : IDisposable
{
    // Stays in the first-level cache.
    private readonly byte[] _packed = new byte[1 << 13];
    // Rented: fresh memory of this size costs more to touch than to fill.
    private byte[] _file = ArrayPool<byte>.Shared.Rent(1 << 12);
    private int _length;
    private JpegBitPacker _packer;

    /// <summary>The file so far.</summary>
    public ReadOnlySpan<byte> Bytes => _file.AsSpan(0, _length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_file);

    /// <summary>A marker, and a segment's length and content.</summary>
    public void Segment(byte marker, params ReadOnlySpan<byte> content)
    {
        Marker(marker);
        Span<byte> room = Room(content.Length + 2);
        BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)(content.Length + 2));
        content.CopyTo(room[2..]);
    }

    public void Marker(byte marker)
    {
        Span<byte> room = Room(2);
        (room[0], room[1]) = (0xFF, marker);
    }

    /// <summary>What codes of so many bytes at most are put into.</summary>
    /// <param name="bytes">Up to 1,024.</param>
    /// <param name="memory">What it puts them in.</param>
    public JpegBitPacker Begin(int bytes, out Span<byte> memory)
    {
        if (_packed.Length - _packer.Length < bytes + sizeof(ulong))
        {
            Flush();
        }

        memory = _packed;
        return _packer;
    }

    /// <summary>Takes the codes that were put into what <see cref="Begin"/> gave.</summary>
    public void End(JpegBitPacker packer) => _packer = packer;

    /// <summary>Fills the last byte with ones.</summary>
    public void EndScan()
    {
        JpegBitPacker packer = Begin(1, out Span<byte> memory);
        packer.Fill(memory);
        End(packer);
        Flush();
    }

    private void Flush()
    {
        for (ReadOnlySpan<byte> packed = _packed.AsSpan(0, _packer.Length); !packed.IsEmpty;)
        {
            int at = packed.IndexOf((byte)0xFF), count = at < 0 ? packed.Length : at + 1;
            Span<byte> room = Room(at < 0 ? count : count + 1);
            packed[..count].CopyTo(room);
            room[count..].Clear();
            packed = packed[count..];
        }

        _packer.Restart();
    }

    /// <summary>The next bytes of the file.</summary>
    private Span<byte> Room(int bytes)
    {
        if (_file.Length - _length < bytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _file.Length, _length + bytes));
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_file);
            _file = larger;
        }

        _length += bytes;
        return _file.AsSpan(_length - bytes, bytes);
    }
}
