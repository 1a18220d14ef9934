using System.Buffers;

namespace Descent;

/// <summary>Makes pixels of samples, a row of units at a time.</summary>
/// <remarks>
/// Kept are the samples of one row of units and the last row before it. A row of pixels may take samples from the row below it: the last one of a
/// row of units is written with the next.
/// </remarks>
internal sealed class JpegOutput : IDisposable
{
    private readonly JpegFrame _frame;
    private readonly JpegColor _color;
    private readonly int _pitch;
    private readonly byte[] _samples;
    private readonly ushort[] _sums;
    // Of each component: where its samples begin, and how many are in a row.
    private readonly int[] _starts, _strides;
    private int _unitRow;

    /// <param name="frame">Its size was checked.</param>
    /// <param name="color">What its components mean.</param>
    /// <param name="zeros">Begin with zeros, which stay where no rows are written; otherwise all must be.</param>
    public JpegOutput(JpegFrame frame, JpegColor color, bool zeros)
    {
        (_frame, _color) = (frame, color);
        int length = frame.Width * frame.Height * Channels;
        Pixels = zeros ? new byte[length] : GC.AllocateUninitializedArray<byte>(length);
        _starts = new int[frame.Components.Length];
        _strides = new int[frame.Components.Length];

        // Before the samples stand the rows at full width, one of each component.
        _pitch = JpegUpsampling.Padded(frame.Width);
        int bytes = _pitch * frame.Components.Length;
        for (int c = 0; c < frame.Components.Length; c++)
        {
            JpegComponent component = frame.Components[c];
            _starts[c] = bytes;
            _strides[c] = JpegUpsampling.Padded(component.BlocksAcross * JpegBlock.Side);
            bytes += _strides[c] * (1 + component.Vertical * JpegBlock.Side);
        }

        _samples = ArrayPool<byte>.Shared.Rent(bytes);
        _sums = ArrayPool<ushort>.Shared.Rent(JpegUpsampling.SumsLength(_pitch));
    }

    public byte[] Pixels { get; }

    public int Channels => _color == JpegColor.Grey ? 1 : 3;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_samples);
        ArrayPool<ushort>.Shared.Return(_sums);
    }

    /// <summary>Takes a block of the row of units.</summary>
    /// <param name="component">One of the frame's.</param>
    /// <param name="row">Row of blocks within the row of units.</param>
    /// <param name="column">Column of blocks.</param>
    /// <param name="coefficients">Lying as <see cref="JpegBlock"/> says.</param>
    /// <param name="varies">Whether there may be others than the constant one.</param>
    public void SetBlock(JpegComponent component, int row, int column, ReadOnlySpan<short> coefficients, bool varies)
    {
        Span<byte> samples = Samples(component, row, column, out int stride);
        if (varies)
        {
            JpegInverseTransform.Run(coefficients, component.Quantization, samples, stride);
        }
        else
        {
            JpegInverseTransform.RunConstant(coefficients[0], component.Quantization![0], samples, stride);
        }
    }

    /// <summary>Takes a block that is not known: it becomes black.</summary>
    /// <inheritdoc cref="SetBlock" path="/param"/>
    public void BlackenBlock(JpegComponent component, int row, int column)
    {
        bool centred = _color == JpegColor.YCbCr && component.Index > 0;
        Span<byte> samples = Samples(component, row, column, out int stride);
        for (int y = 0; y < JpegBlock.Side; y++)
        {
            samples.Slice(y * stride, JpegBlock.Side).Fill((byte)(centred ? 128 : 0));
        }
    }

    /// <summary>Writes the rows of pixels that can be: all samples of a row of units are there.</summary>
    public void WriteRows(int unitRow)
    {
        _unitRow = unitRow;
        int first = Math.Max(0, unitRow * _frame.UnitHeight - 1);
        int end = unitRow == _frame.UnitsDown - 1 ? _frame.Height : (unitRow + 1) * _frame.UnitHeight - 1;
        for (int y = first; y < end; y++)
        {
            WriteRow(y);
        }

        for (int c = 0; c < _starts.Length; c++)
        {
            Span<byte> rows = _samples.AsSpan(_starts[c]);
            int last = _frame.Components[c].Vertical * JpegBlock.Side * _strides[c];
            rows.Slice(last, _strides[c]).CopyTo(rows);
        }
    }

    private void WriteRow(int y)
    {
        Span<byte> pixels = Pixels.AsSpan(y * _frame.Width * Channels, _frame.Width * Channels);
        ReadOnlySpan<byte> first = Row(0, y);
        if (_color == JpegColor.Grey)
        {
            first[.._frame.Width].CopyTo(pixels);
            return;
        }

        ReadOnlySpan<byte> second = Row(1, y), third = Row(2, y);
        switch (_color)
        {
            case JpegColor.YCbCr:
                JpegColorConversion.YCbCrToRgb(first, second, third, pixels);
                break;
            case JpegColor.Rgb:
                JpegColorConversion.Interleave(first, second, third, pixels);
                break;
            case JpegColor.Cmyk:
                JpegColorConversion.Interleave(first, second, third, pixels);
                JpegColorConversion.Darken(pixels, Row(3, y), complement: 0);
                break;
            case JpegColor.Ycck:
                JpegColorConversion.YCbCrToRgb(first, second, third, pixels);
                JpegColorConversion.Darken(pixels, Row(3, y), complement: 255);
                break;
        }
    }

    /// <summary>A component's row at full width: as the reference implementation does it, bit for bit.</summary>
    private ReadOnlySpan<byte> Row(int c, int y)
    {
        JpegComponent component = _frame.Components[c];
        bool wide = component.Horizontal == _frame.Horizontal, tall = component.Vertical == _frame.Vertical;
        if (wide && tall)
        {
            return Samples(c, y);
        }

        // Triangles are for factors of two, and across for more than two samples.
        bool twiceAcross = component.Horizontal * 2 == _frame.Horizontal && component.Width > 2;
        bool twiceDown = component.Vertical * 2 == _frame.Vertical;
        Span<byte> row = _samples.AsSpan(c * _pitch, _pitch);
        int near = y / 2, far = Math.Clamp(near + (y % 2 == 0 ? -1 : 1), 0, component.Height - 1);
        if (wide && twiceDown)
        {
            JpegUpsampling.Between(Samples(c, near), Samples(c, far), bias: 1 + y % 2, row);
        }
        else if (twiceAcross && twiceDown)
        {
            JpegUpsampling.Sum(Samples(c, near), Samples(c, far), component.Width, _sums);
            JpegUpsampling.Across(_sums, component.Width, shift: 4, biasEven: 8, biasOdd: 7, row);
        }
        else if (twiceAcross && tall)
        {
            JpegUpsampling.Widen(Samples(c, y), component.Width, _sums);
            JpegUpsampling.Across(_sums, component.Width, shift: 2, biasEven: 1, biasOdd: 2, row);
        }
        else
        {
            ReadOnlySpan<byte> source = Samples(c, y * component.Vertical / _frame.Vertical);
            JpegUpsampling.Repeat(source, component.Horizontal, _frame.Horizontal, row[.._frame.Width]);
        }

        return row;
    }

    /// <summary>A row of samples of the row of units, or the last one before it.</summary>
    private ReadOnlySpan<byte> Samples(int c, int row)
    {
        int within = row - _unitRow * _frame.Components[c].Vertical * JpegBlock.Side;
        return _samples.AsSpan(_starts[c] + (1 + within) * _strides[c], _strides[c]);
    }

    private Span<byte> Samples(JpegComponent component, int row, int column, out int stride)
    {
        stride = _strides[component.Index];
        return _samples.AsSpan(_starts[component.Index] + (1 + row * JpegBlock.Side) * stride + column * JpegBlock.Side, 7 * stride + JpegBlock.Side);
    }
}
