using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>The checksum of PNG chunks (ISO/IEC 15948, annex D): polynomial EDB88320, eight bytes a turn.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB8_8320;

    /// <summary>Row k: what a byte does to the checksum with k bytes after it.</summary>
    private static readonly uint[] s_table = Table();

    [MethodImpl(Jit.Hot)]
    public static uint Of(ReadOnlySpan<byte> content)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<uint> table = s_table.AsSpan(0, 8 * 256);
        for (; content.Length >= 8; content = content[8..])
        {
            ulong x = BinaryPrimitives.ReadUInt64LittleEndian(content) ^ crc;
            crc = table[1792 + (int)(byte)x] ^ table[1536 + (int)(byte)(x >> 8)]
                ^ table[1280 + (int)(byte)(x >> 16)] ^ table[1024 + (int)(byte)(x >> 24)]
                ^ table[768 + (int)(byte)(x >> 32)] ^ table[512 + (int)(byte)(x >> 40)]
                ^ table[256 + (int)(byte)(x >> 48)] ^ table[(int)(x >> 56)];
        }

        foreach (byte x in content)
        {
            crc = table[(byte)(crc ^ x)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] Table()
    {
        uint[] table = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }

            table[i] = crc;
        }

        for (int i = 256; i < table.Length; i++)
        {
            uint before = table[i - 256];
            table[i] = table[(byte)before] ^ (before >> 8);
        }

        return table;
    }
}
