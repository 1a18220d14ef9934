using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Puts codes side by side, the first one uppermost.</summary>
/// <remarks>
/// Nothing depends on where a byte ends: with each code eight bytes are written, of which the whole ones are kept, so that no branch is
/// predicted wrong. In a local it lives in registers, which takes that it has few fields, all of them numbers.
/// </remarks>
internal struct JpegBitPacker
{
    private ulong _bits;
    private int _count;

    /// <summary>Whole bytes that were written.</summary>
    public int Length { get; private set; }

    /// <param name="memory">With room for seven bytes more than the codes take.</param>
    /// <param name="code">Nothing above its length.</param>
    /// <param name="length">1 to 57: with seven bits that are left they fit 64.</param>
    [MethodImpl(Jit.Inline)]
    public void Put(Span<byte> memory, ulong code, int length)
    {
        _count += length;
        _bits |= code << -_count;
        BinaryPrimitives.WriteUInt64BigEndian(memory[Length..], _bits);
        Length += _count >> 3;
        _bits <<= _count & 0x38;
        _count &= 7;
    }

    /// <summary>Goes on in new memory.</summary>
    public void Restart() => Length = 0;

    /// <summary>Fills the last byte with ones.</summary>
    public void Fill(Span<byte> memory)
    {
        if (_count > 0)
        {
            Put(memory, 0xFFu >> _count, 8 - _count);
        }
    }
}
