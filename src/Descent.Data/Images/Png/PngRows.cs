using System.Buffers;
using System.IO.Compression;

namespace Descent;

/// <summary>The filtered rows of a PNG image, decompressed a block at a time: what that takes does not grow with the image.</summary>
internal ref struct PngRows : IDisposable
{
    // A piece is what the decompressor reads at a time.
    private const int BlockBytes = 1 << 15, PieceBytes = 1 << 13;

    private readonly PngContent _content;
    private readonly ReadOnlySpan<byte> _file;
    private readonly ImageReading _reading;
    private readonly long _size;
    // A stream cannot hold a span: the file passes through memory that a stream reads.
    private readonly byte[] _piece, _block;
    private readonly MemoryStream _fed;
    private readonly ZLibStream _zlib;
    private int _start, _end, _position;
    private long _produced;
    private string? _problem;

    /// <param name="content">The file's chunks.</param>
    /// <param name="file">All of it.</param>
    /// <param name="size">Bytes of all rows, with one of each for its filter.</param>
    /// <param name="longest">Bytes of the longest row, with its filter.</param>
    /// <param name="reading">Whether the file may be cut.</param>
    public PngRows(PngContent content, ReadOnlySpan<byte> file, long size, int longest, ImageReading reading)
    {
        _file = file;
        (_content, _size, _reading) = (content, size, reading);
        _piece = ArrayPool<byte>.Shared.Rent(Math.Min(PieceBytes, content.DataLength));

        // Not rented: a pool gives up to twice as much, which for an image of one row is more than its pixels.
        _block = GC.AllocateUninitializedArray<byte>(PngFilter.Lead + Math.Max(longest, (int)Math.Min(BlockBytes, size)));
        _start = _end = PngFilter.Lead;
        _fed = new(_piece) { Position = _piece.Length };
        _zlib = new(_fed, CompressionMode.Decompress);
    }

    public readonly void Dispose()
    {
        _zlib.Dispose();
        ArrayPool<byte>.Shared.Return(_piece);
    }

    /// <summary>The next row, good until the one after it is asked for; false where the data ends before it does.</summary>
    /// <param name="length">Bytes of the row, with its filter.</param>
    /// <param name="row">The filter, then the filtered row.</param>
    /// <param name="place">Memory where <see cref="PngFilter.Undo"/> may restore the row: in the place of the filtered one.</param>
    public bool TryNext(int length, out ReadOnlySpan<byte> row, out Span<byte> place)
    {
        if (_end - _start < length)
        {
            _block.AsSpan(_start.._end).CopyTo(_block.AsSpan(PngFilter.Lead));
            (_start, _end) = (PngFilter.Lead, PngFilter.Lead + _end - _start);
            while (_end - _start < length && Inflate(_block.AsSpan(_end, (int)Math.Min(_block.Length - _end, _size - _produced))) is > 0 and int read)
            {
                (_end, _produced) = (_end + read, _produced + read);
            }
        }

        bool isWhole = _end - _start >= length;
        row = isWhole ? _block.AsSpan(_start, length) : default;
        place = isWhole ? _block.AsSpan(_start - PngFilter.Lead, length - 1) : default;
        _start += row.Length;
        return isWhole;
    }

    /// <summary>Says what is wrong with the data as a whole, once no more rows are asked for.</summary>
    /// <exception cref="ImageFormatException">It is damaged, too short where the file must not be cut, or too long.</exception>
    public void End()
    {
        // The checksum is compared where the stream ends, which one more byte asks for.
        if (_produced == _size && _problem is null && Inflate(stackalloc byte[1]) > 0)
        {
            _problem = $"the compressed pixels are more than the {_size} bytes of the image; the file is damaged.";
        }

        int taken = _position - (int)(_fed.Length - _fed.Position);
        bool isCut = _reading.AllowTruncated && taken == _content.DataLength;
        if (!isCut && (_problem is not null || _produced < _size))
        {
            throw new ImageFormatException(_content.Name, _content.OffsetOf(taken), _problem
                ?? $"the compressed pixels end early, after {_produced} of {_size} bytes; copy the file again, or set "
                + $"{nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
        }
    }

    /// <returns>0 at the end of the data, or where it is damaged.</returns>
    private int Inflate(scoped Span<byte> to)
    {
        try
        {
            int read = _problem is null ? _zlib.Read(to) : 0;
            while (read == 0 && _problem is null && Feed())
            {
                read = _zlib.Read(to);
            }

            return read;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            _problem = $"the compressed pixels are damaged behind {_produced} of {_size} bytes; copy the file again. ({e.Message})";
            return 0;
        }
    }

    /// <returns>False once all was fed, or where the decompressor wants no more.</returns>
    private bool Feed()
    {
        int length = _fed.Position < _fed.Length ? 0 : _content.CopyData(_file, _position, _piece);
        if (length == 0)
        {
            return false;
        }

        // Only the last piece is shorter: a stream that grows would clear what was just written.
        _fed.SetLength(length);
        _fed.Position = 0;
        _position += length;
        return true;
    }
}
