namespace Descent;

/// <summary>The compressed pixels of a GIF: variable-length codes of Lempel, Ziv and Welch, in blocks of up to 255 bytes.</summary>
/// <remarks>Codes grow from one bit above the pixels' to 12; once all are given away, none is added until the table is cleared.</remarks>
internal ref struct GifCodes
{
    private const int MostBits = 12, None = -1;

    private readonly ReadOnlySpan<byte> _file;
    private readonly string _name;
    private readonly int _pixelBits, _clear;
    private readonly ushort[] _before = new ushort[1 << MostBits];
    private readonly byte[] _last = new byte[1 << MostBits], _pending = new byte[1 << MostBits];

    private int _at, _blockEnd, _bits, _bitCount, _width, _next, _previous, _first, _pendingCount;
    private bool _isOver;

    /// <param name="file">The whole file.</param>
    /// <param name="name">The path, for messages.</param>
    /// <param name="start">Where the number of a pixel's bits stands.</param>
    public GifCodes(ReadOnlySpan<byte> file, string name, int start)
    {
        _file = file;
        (_name, _at) = (name, start);
        if (start >= file.Length)
        {
            // Nothing to read: the first pixel says that the file is cut.
            (_pixelBits, _isOver) = (2, true);
        }
        else
        {
            _pixelBits = file[_at++];
            _blockEnd = _at;
        }

        if (_pixelBits is < 1 or > 8)
        {
            throw new ImageFormatException(name, start, $"pixels of {_pixelBits} bits; a GIF has 1 to 8. The file is damaged.");
        }

        _clear = 1 << _pixelBits;
        for (int i = 0; i < _clear; i++)
        {
            _last[i] = (byte)i;
        }

        Clear();
    }

    /// <summary>Where in the file the reader stands.</summary>
    public readonly int Offset => _at;

    /// <summary>Reads entries of the palette.</summary>
    /// <returns>How many: fewer than there is room for only at the end of the file, or of the pixels.</returns>
    /// <exception cref="ImageFormatException">A code is none that can come.</exception>
    public int Read(Span<byte> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (_pendingCount == 0 && !Fill())
            {
                return i;
            }

            entries[i] = _pending[--_pendingCount];
        }

        return entries.Length;
    }

    /// <summary>Reads codes until there are pixels; they lie in the reverse order.</summary>
    private bool Fill()
    {
        while (!_isOver)
        {
            int code = NextCode();
            if (code == None || code == _clear + 1)
            {
                _isOver = true;
            }
            else if (code == _clear)
            {
                Clear();
            }
            else
            {
                Expand(code);
                return true;
            }
        }

        return false;
    }

    private void Expand(int code)
    {
        // The code that is about to be given is the previous pixels and, again, the first of them.
        bool isNew = code == _next && _previous != None;
        if (code > _next || (code == _next && !isNew) || (_previous == None && code >= _clear))
        {
            throw new ImageFormatException(_name, _at, $"the code {code} cannot come where {_next} are known; the file is damaged.");
        }

        int walk = isNew ? _previous : code;
        if (isNew)
        {
            _pending[_pendingCount++] = (byte)_first;
        }

        for (; walk >= _clear; walk = _before[walk])
        {
            _pending[_pendingCount++] = _last[walk];
        }

        _first = _last[walk];
        _pending[_pendingCount++] = (byte)_first;
        if (_previous != None && _next < 1 << MostBits)
        {
            (_before[_next], _last[_next]) = ((ushort)_previous, (byte)_first);
            _next++;
            if (_next == 1 << _width && _width < MostBits)
            {
                _width++;
            }
        }

        _previous = code;
    }

    private void Clear() => (_width, _next, _previous) = (_pixelBits + 1, _clear + 2, None);

    private int NextCode()
    {
        while (_bitCount < _width)
        {
            if (_at == _blockEnd && !NextBlock())
            {
                return None;
            }

            _bits |= _file[_at++] << _bitCount;
            _bitCount += 8;
        }

        int code = _bits & ((1 << _width) - 1);
        _bits >>= _width;
        _bitCount -= _width;
        return code;
    }

    /// <summary>False at the end of the blocks, or of the file.</summary>
    private bool NextBlock()
    {
        int length = _at < _file.Length ? _file[_at] : 0;
        if (length == 0)
        {
            return false;
        }

        _at++;
        _blockEnd = Math.Min(_at + length, _file.Length);
        return _blockEnd > _at;
    }
}
