using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// A copy between two strided views of one shape: permute, slice, flip, expand, pad and concat are all this one kernel.
/// </summary>
/// <remarks>
/// Strides count elements and may be negative (flip) or, on the source side, zero (expand; a source of one element fills).
/// The copy is worked out once per pair of layouts and then run for any two pointers, which point at the element with all indices zero.
/// Source and destination do not overlap.
/// Axes of size 1 vanish and axes that lie behind each other in both views become one. What is left is one of three cases: rows
/// contiguous in both views, a transpose of two axes that is done in tiles, or rows of scattered elements.
/// </remarks>
public readonly unsafe partial struct StridedCopy
{
    public const int MaxRank = 8;

    // A unit of work: 64 KiB of floats, worth a few microseconds.
    private const int UnitElements = 16_384;
    private const int TileElements = 16_384;

    // A strip one square wide. With a side of 64 the lines of a tile evict each other where strides are powers of two: 1024² took 2.4×
    // as long.
    private const int TileSide = 16;

    private readonly Axes _axes;
    private readonly int _outer;
    private readonly Axis _across;
    private readonly Axis _inner;
    private readonly Form _form;

    // A piece is one tile, one row, or one of the equal blocks of a long row.
    private readonly nint _tileAcross;
    private readonly nint _tileInner;
    private readonly long _pieces;
    private readonly long _piecesPerUnit;

    public StridedCopy(ReadOnlySpan<int> shape, ReadOnlySpan<nint> sourceStrides, ReadOnlySpan<nint> destinationStrides)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Length, MaxRank);
        if (sourceStrides.Length != shape.Length || destinationStrides.Length != shape.Length)
        {
            throw new ArgumentException(
                $"strided copy: {shape.Length} axes, {sourceStrides.Length} source and {destinationStrides.Length} destination strides.");
        }
        _inner = _across = new Axis(1, 0, 0);
        int rank = Collapse(shape, sourceStrides, destinationStrides, ref _axes);
        if (rank < 0)
        {
            return;
        }
        Span<Axis> axes = ((Span<Axis>)_axes)[..rank];
        _inner = Pop(ref axes, axes.Length - 1);
        int contiguousSource = IndexOfContiguousSource(axes);
        bool transposes = _inner is { Destination: 1, Source: not (0 or 1) } && contiguousSource >= 0;
        _across = Pop(ref axes, transposes ? contiguousSource : axes.Length - 1);
        _outer = axes.Length;

        _form = transposes ? Form.Transpose
            : _inner is { Destination: 1, Source: 1 } ? Form.Copy
            : _inner is { Destination: 1, Source: 0 } ? Form.Fill
            : Form.Scatter;
        (_tileAcross, _tileInner) = transposes ? Tile(_across.Size, _inner.Size) : (1, nint.Min(_inner.Size, UnitElements));
        _pieces = OuterSize * TilesAcross * TilesInner;
        _piecesPerUnit = Math.Max(1, UnitElements / (_tileAcross * _tileInner));
    }

    private enum Form
    {
        Copy,
        Fill,
        Scatter,
        Transpose,
    }

    /// <summary>Independent pieces of work, fixed by the layouts; 0 for an empty shape.</summary>
    public int Units => _pieces == 0 ? 0 : checked((int)((_pieces + _piecesPerUnit - 1) / _piecesPerUnit));

    private nint TilesAcross => (_across.Size + _tileAcross - 1) / _tileAcross;

    private nint TilesInner => (_inner.Size + _tileInner - 1) / _tileInner;

    private long OuterSize
    {
        get
        {
            long size = 1;
            for (int i = 0; i < _outer; i++)
            {
                size *= _axes[i].Size;
            }
            return size;
        }
    }

    /// <summary>Copies the units [<paramref name="firstUnit"/>, <paramref name="lastUnit"/>).</summary>
    /// <typeparam name="T">Of 1, 2, 4 or 8 bytes; only bits are moved.</typeparam>
    public void Run<T>(T* source, T* destination, int firstUnit, int lastUnit)
        where T : unmanaged
    {
        Debug.Assert(0 <= firstUnit && firstUnit <= lastUnit && lastUnit <= Units, "Units outside the copy.");
        switch (sizeof(T))
        {
            case 1: RunBits((byte*)source, (byte*)destination, firstUnit, lastUnit); break;
            case 2: RunBits((ushort*)source, (ushort*)destination, firstUnit, lastUnit); break;
            case 4: RunBits((uint*)source, (uint*)destination, firstUnit, lastUnit); break;
            case 8: RunBits((ulong*)source, (ulong*)destination, firstUnit, lastUnit); break;
            default: throw new NotSupportedException($"strided copy: elements of {sizeof(T)} bytes.");
        }
    }

    /// <summary>Copies everything on this thread.</summary>
    public void Run<T>(T* source, T* destination)
        where T : unmanaged => Run(source, destination, 0, Units);

    [MethodImpl(Jit.Hot)]
    private void RunBits<T>(T* source, T* destination, int firstUnit, int lastUnit)
        where T : unmanaged
    {
        long piece = firstUnit * _piecesPerUnit;
        long end = Math.Min(lastUnit * _piecesPerUnit, _pieces);
        while (piece < end)
        {
            // The order of pieces: outer axes, then across, then inner.
            (long row, long innerTile) = Math.DivRem(piece, TilesInner);
            (long outer, long acrossTile) = Math.DivRem(row, TilesAcross);
            nint across = (nint)acrossTile * _tileAcross;
            nint inner = (nint)innerTile * _tileInner;
            (nint s, nint d) = OffsetsOf(outer);
            s += (across * _across.Source) + (inner * _inner.Source);
            d += (across * _across.Destination) + (inner * _inner.Destination);
            nint innerCount = Math.Min(_tileInner, _inner.Size - inner);
            if (_form == Form.Transpose)
            {
                nint acrossCount = Math.Min(_tileAcross, _across.Size - across);
                Transpose.Run(source + s, _inner.Source, destination + d, _across.Destination, innerCount, acrossCount);
                piece++;
            }
            else
            {
                // Whole rows: as many as lie behind each other on the axis across.
                nint rows = TilesInner > 1 ? 1 : (nint)Math.Min(end - piece, _across.Size - across);
                CopyRows(source + s, destination + d, rows, innerCount);
                piece += rows;
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private void CopyRows<T>(T* source, T* destination, nint rows, nint count)
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            T* s = source + (row * _across.Source);
            T* d = destination + (row * _across.Destination);
            if (_form == Form.Copy)
            {
                Buffer.MemoryCopy(s, d, count * sizeof(T), count * sizeof(T));
            }
            else if (_form == Form.Fill)
            {
                new Span<T>(d, (int)count).Fill(*s);
            }
            else
            {
                nint sourceStride = _inner.Source, destinationStride = _inner.Destination;
                for (nint i = 0; i < count; i++)
                {
                    *d = *s;
                    s += sourceStride;
                    d += destinationStride;
                }
            }
        }
    }

    private (nint Source, nint Destination) OffsetsOf(long outer)
    {
        nint s = 0, d = 0;
        for (int i = _outer - 1; i >= 0; i--)
        {
            (outer, long index) = Math.DivRem(outer, _axes[i].Size);
            s += (nint)index * _axes[i].Source;
            d += (nint)index * _axes[i].Destination;
        }
        return (s, d);
    }
}
