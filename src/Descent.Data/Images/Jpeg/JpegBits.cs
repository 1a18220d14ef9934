using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>The bits of a scan's entropy-coded data, up to the next marker.</summary>
/// <remarks>
/// The data passes through a window that holds it without the zero bytes stuffed after each 0xFF, so that eight bytes are taken at once
/// without a look at them. What decodes blocks keeps <see cref="Bits"/>, <see cref="Count"/> and <see cref="Position"/> in locals.
/// Behind the last bit follow zeros; that they were used is asked once a unit (<see cref="HasRunOut"/>).
/// </remarks>
internal ref struct JpegBits
{
    /// <summary>Bytes of the window: they stay in the first-level cache.</summary>
    public const int WindowBytes = 4096;

    /// <summary>How many bits count at least behind <see cref="Refill()"/>.</summary>
    public const int LeastRefilled = 56;

    private readonly ReadOnlySpan<byte> _file;
    private readonly Span<byte> _window;
    private int _next, _length, _padding;
    private bool _ended;

    /// <param name="file">The whole file.</param>
    /// <param name="start">Where the data begins.</param>
    /// <param name="window"><see cref="WindowBytes"/> bytes.</param>
    public JpegBits(ReadOnlySpan<byte> file, int start, Span<byte> window)
    {
        _file = file;
        _window = window[..WindowBytes];
        _next = start;
        LastWhole = -1;
    }

    /// <summary>The next bits, the first one uppermost. Below the lowest that counts stand bits of what follows, or zeros.</summary>
    public ulong Bits;

    /// <summary>How many of <see cref="Bits"/> count.</summary>
    public int Count;

    /// <summary>Of the next byte of the window.</summary>
    public int Position;

    public readonly ReadOnlySpan<byte> Window => _window;

    /// <summary>The last position from which eight bytes can be taken.</summary>
    public int LastWhole { get; private set; }

    /// <summary>More bits were used than the data has.</summary>
    public readonly bool HasRunOut => Count < _padding;

    /// <summary>Where the data ran out, or nearly where it is read: stuffed bytes of the window are not counted.</summary>
    public readonly int Offset => HasRunOut ? _next : _next - (_length - Position) - Count / 8;

    /// <summary>Makes at least <see cref="LeastRefilled"/> bits count.</summary>
    public void Refill()
    {
        if (_length - Position < sizeof(ulong) && !_ended)
        {
            FillWindow();
        }

        while (Count <= 56)
        {
            if (Position < _length)
            {
                Bits |= (ulong)_window[Position++] << (56 - Count);
            }
            else
            {
                _padding += 8;
            }

            Count += 8;
        }
    }

    /// <summary>The same for bits that are kept in locals.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Refill(
        ref JpegBits bits, ReadOnlySpan<byte> window, ref ulong next, ref int count, ref int position, ref int lastWhole)
    {
        if (position <= lastWhole)
        {
            // As many whole bytes as there is room for; the bits of the one that is cut are the same when it comes again.
            next |= BinaryPrimitives.ReadUInt64BigEndian(window[position..]) >> count;
            position += (63 - count) >> 3;
            count |= 56;
            return;
        }

        bits.Bits = next;
        bits.Count = count;
        bits.Position = position;
        bits.Refill();
        next = bits.Bits;
        count = bits.Count;
        position = bits.Position;
        lastWhole = bits.LastWhole;
    }

    /// <summary>The next bits as a number.</summary>
    /// <param name="count">0 to 16.</param>
    [MethodImpl(Jit.Inline)]
    public int Read(int count)
    {
        if (Count < count)
        {
            Refill();
        }

        int value = (int)(Bits >> 1 >> (63 - count));
        Drop(count);
        return value;
    }

    /// <summary>The number of so many bits whose upper half is positive and whose lower half is negative (F.2.2.1, EXTEND).</summary>
    /// <param name="size">0 to 15.</param>
    [MethodImpl(Jit.Inline)]
    public int ReadSigned(int size) => Extend(Read(size), size);

    [MethodImpl(Jit.Inline)]
    public static int Extend(int value, int size) => value - (((value << 1) - (1 << size)) >> 31 & ((1 << size) - 1));

    /// <summary>The next symbol of a Huffman code.</summary>
    /// <exception cref="JpegDataException">The bits begin no code.</exception>
    public byte ReadSymbol(JpegHuffmanTable table)
    {
        if (Count < 32)
        {
            Refill();
        }

        int entry = table.FindEntry(Bits);
        Drop(entry & 0xFF);
        return (byte)(entry >> 4 & 0xF0 | entry >> 12 & 15);
    }

    [MethodImpl(Jit.Inline)]
    public void Drop(int count)
    {
        Bits <<= count;
        Count -= count;
    }

    /// <summary>Goes past the restart marker that follows an interval.</summary>
    /// <param name="index">0 to 7, which one it must be.</param>
    /// <exception cref="JpegDataException">It is another marker, or data is left before it.</exception>
    public void Restart(int index)
    {
        if (Count - _padding + 8 * (_length - Position) >= 8 || !AtMarker(out int marker))
        {
            throw new JpegDataException("a restart interval holds more data than its blocks take");
        }

        if (marker != JpegMarker.FirstRestart + index)
        {
            throw new JpegDataException($"the restart marker RST{index} is missing");
        }

        StartAfterMarker();
    }

    /// <summary>Looks for a restart marker to go on from after damage, and goes past it.</summary>
    /// <param name="index">0 to 7, the next one that is due.</param>
    /// <returns>How many intervals that one lies behind the one due; -1 where the scan ends before one is found.</returns>
    public int Resynchronize(int index)
    {
        while (ToMarker(out int marker) && JpegMarker.IsRestart((byte)marker))
        {
            StartAfterMarker();
            int ahead = (marker - index) & 7;
            // One or two before the one due: it was read already, or its interval was given up.
            if (ahead < 6)
            {
                return ahead;
            }
        }

        return -1;
    }

    /// <summary>Where the marker stands that ends the scan, or the file's end.</summary>
    public int End()
    {
        while (ToMarker(out int marker) && JpegMarker.IsRestart((byte)marker))
        {
            StartAfterMarker();
        }

        return _next;
    }

    private void StartAfterMarker()
    {
        while (_file[_next] == 0xFF)
        {
            _next++;
        }

        _next++;
        (Bits, Count, Position, LastWhole, _length, _padding, _ended) = (0, 0, 0, -1, 0, 0, false);
    }

    /// <summary>Whether the window's end is a marker, and which.</summary>
    private bool AtMarker(out int marker)
    {
        if (_length == Position && !_ended)
        {
            FillWindow();
        }

        if (_length != Position)
        {
            marker = 0;
            return false;
        }

        return ToMarker(out marker);
    }

    /// <summary>Leaves out data up to the next marker.</summary>
    private bool ToMarker(out int marker)
    {
        marker = 0;
        for (; _next < _file.Length; _next++)
        {
            int found = _file[_next..].IndexOf((byte)0xFF);
            if (found < 0)
            {
                break;
            }

            _next += found;
            ReadOnlySpan<byte> fill = _file[_next..];
            int filled = fill.IndexOfAnyExcept((byte)0xFF);
            if (filled < 0)
            {
                break;
            }

            if (fill[filled] != 0)
            {
                marker = fill[filled];
                return true;
            }

            _next += filled;
        }

        _next = _file.Length;
        return false;
    }

    private void FillWindow()
    {
        int at = _length - Position;
        _window.Slice(Position, at).CopyTo(_window);
        Position = 0;
        while (at < WindowBytes && !_ended)
        {
            ReadOnlySpan<byte> rest = _file.Slice(_next, Math.Min(_file.Length - _next, WindowBytes - at));
            int plain = rest.IndexOf((byte)0xFF);
            if (plain < 0)
            {
                plain = rest.Length;
            }

            rest[..plain].CopyTo(_window[at..]);
            at += plain;
            _next += plain;
            if (_next == _file.Length)
            {
                _ended = true;
            }
            else if (plain < rest.Length)
            {
                if (_next + 1 < _file.Length && _file[_next + 1] == 0)
                {
                    _window[at++] = 0xFF;
                    _next += 2;
                }
                else
                {
                    _ended = true;
                }
            }
        }

        _length = at;
        LastWhole = at - sizeof(ulong);
    }
}
