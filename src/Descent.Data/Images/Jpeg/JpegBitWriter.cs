using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Writes a JPEG file: its segments, and the bits of its scan with a zero stuffed behind each byte 0xFF.</summary>
internal sealed class JpegBitWriter(int expectedLength)
{
    private byte[] _bytes = new byte[Math.Max(1024, expectedLength)];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes));
        }
    }

    /// <summary>A marker, and a segment's length and content.</summary>
    public void Segment(byte marker, params ReadOnlySpan<byte> content)
    {
        Reserve(content.Length + 4);
        Marker(marker);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length), (ushort)(content.Length + 2));
        content.CopyTo(_bytes.AsSpan(_length + 2));
        _length += content.Length + 2;
    }

    public void Marker(byte marker)
    {
        Reserve(2);
        _bytes[_length++] = 0xFF;
        _bytes[_length++] = marker;
    }

    /// <summary>The bits of <see cref="Bits"/> that are not yet used.</summary>
    public int Free = 64;

    /// <summary>Bits that are not yet written, the last one lowest; what stands above them was written.</summary>
    public ulong Bits;

    /// <summary>The room behind what is written: what codes blocks fills it with <see cref="Write"/>, and then says how much it took.</summary>
    public Span<byte> Room(int bytes)
    {
        Reserve(bytes);
        return _bytes.AsSpan(_length);
    }

    public void Took(int bytes) => _length += bytes;

    /// <summary>Writes bits that are kept in locals.</summary>
    /// <param name="code">Nothing above its count.</param>
    /// <param name="count">1 to 31.</param>
    /// <param name="room">Where bytes go.</param>
    /// <param name="position">How many are there.</param>
    /// <param name="bits">Of <see cref="Bits"/>.</param>
    /// <param name="free">Of <see cref="Free"/>.</param>
    [MethodImpl(Jit.Inline)]
    public static void Write(uint code, int count, Span<byte> room, ref int position, ref ulong bits, ref int free)
    {
        free -= count;
        if (free >= 0)
        {
            bits = bits << count | code;
            return;
        }

        ulong whole = bits << (count + free) | code >> -free;
        // Some byte is 0xFF where its complement is zero.
        if (((~whole - 0x0101_0101_0101_0101) & whole & 0x8080_8080_8080_8080) == 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(room[position..], whole);
            position += sizeof(ulong);
        }
        else
        {
            position = Stuff(whole, sizeof(ulong), room, position);
        }

        bits = code;
        free += 64;
    }

    /// <summary>Fills the last byte with ones.</summary>
    public void EndScan()
    {
        int bits = 64 - Free;
        ulong value = bits == 0 ? 0 : Bits << Free | ((1UL << Free) - 1);
        _length += Stuff(value, (bits + 7) / 8, Room(2 * sizeof(ulong)), 0);
        (Bits, Free) = (0, 64);
    }

    /// <summary>Writes the uppermost bytes, with a zero behind each 0xFF.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Stuff(ulong value, int bytes, Span<byte> room, int position)
    {
        for (; bytes > 0; bytes--, value <<= 8)
        {
            byte upper = (byte)(value >> 56);
            room[position++] = upper;
            if (upper == 0xFF)
            {
                room[position++] = 0;
            }
        }

        return position;
    }
}
