using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Writes a JPEG file: its segments, and the bits of its scan with a zero stuffed behind each byte 0xFF.</summary>
internal sealed class JpegBitWriter(int expectedLength)
{
    private byte[] _bytes = new byte[Math.Max(1024, expectedLength)];
    private int _length, _free = 64;
    private ulong _bits;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Makes room, so that what follows need not ask.</summary>
    public void Reserve(int bytes)
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

    /// <param name="bits">Nothing above their count.</param>
    /// <param name="count">1 to 32.</param>
    [MethodImpl(Jit.Inline)]
    public void Write(uint bits, int count)
    {
        if (count <= _free)
        {
            _free -= count;
            _bits |= (ulong)bits << _free;
            return;
        }

        int rest = count - _free;
        Flush(_bits | (ulong)bits >> rest);
        _free = 64 - rest;
        _bits = (ulong)bits << _free;
    }

    /// <summary>Fills the last byte with ones.</summary>
    public void EndScan()
    {
        Reserve(2 * sizeof(ulong));
        int bits = 64 - _free;
        ulong value = _bits | (bits == 64 ? 0 : ulong.MaxValue >> bits);
        for (int i = 0; i < (bits + 7) / 8; i++)
        {
            Stuff((byte)(value >> (56 - 8 * i)));
        }

        (_bits, _free) = (0, 64);
    }

    private void Flush(ulong value)
    {
        // Some byte is 0xFF where its complement is zero.
        ulong complement = ~value;
        if (((complement - 0x0101_0101_0101_0101) & ~complement & 0x8080_8080_8080_8080) == 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(_length), value);
            _length += sizeof(ulong);
            return;
        }

        for (int shift = 56; shift >= 0; shift -= 8)
        {
            Stuff((byte)(value >> shift));
        }
    }

    private void Stuff(byte value)
    {
        _bytes[_length++] = value;
        if (value == 0xFF)
        {
            _bytes[_length++] = 0;
        }
    }
}
