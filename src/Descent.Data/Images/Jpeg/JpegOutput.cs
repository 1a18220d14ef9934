using System.Runtime.InteropServices;

namespace Descent;

/// <summary>Makes pixels of samples, a row of units at a time.</summary>
/// <remarks>
/// A row of pixels may take samples from the row below it: the last one of a row of units is written with the next. Of an image whose blocks are
/// read one after the other, the samples of one row of units are kept, and the last row before it. Where all coefficients are in memory, the
/// samples of a block take the place of its coefficients: so the memory for an image is never more than four times its pixels.
/// </remarks>
internal sealed class JpegOutput
{
    // Pixels that are placed together where the picture is turned: whole vectors, and little memory.
    private const int TurnedPixels = 256;

    private readonly JpegFrame _frame;
    private readonly JpegColor _color;
    private readonly int _orientation, _pitch;
    private readonly byte[] _turned, _samples;
    private readonly ushort[] _sums;
    // Of each component: where its samples begin, and how far its rows are apart. Of one whose samples lie block by block these are rows that were
    // gathered: every second one of those that lie between pixels' rows, to be used again, or all, one after the other.
    private readonly int[] _starts, _strides, _gathered;
    private int _unitRow;

    /// <param name="frame">Its size was checked, and its components have their coefficients, or will be streamed.</param>
    /// <param name="color">What its components mean.</param>
    /// <param name="orientation">As Exif says; 0 for upright.</param>
    /// <param name="zeros">Begin with zeros, which stay where no rows are written; otherwise all must be.</param>
    public JpegOutput(JpegFrame frame, JpegColor color, int orientation, bool zeros)
    {
        (_frame, _color, _orientation) = (frame, color, Math.Max(orientation, ExifOrientation.Upright));
        int channels = color == JpegColor.Grey ? 1 : 3, length = frame.Width * frame.Height * channels;
        (int width, int height) = ExifOrientation.IsTransposed(orientation) ? (frame.Height, frame.Width) : (frame.Width, frame.Height);
        Image = new(width, height, channels, zeros ? new byte[length] : GC.AllocateUninitializedArray<byte>(length));
        _turned = new byte[_orientation == ExifOrientation.Upright ? 0 : TurnedPixels * channels];
        _starts = new int[frame.Components.Length];
        _strides = new int[frame.Components.Length];
        _gathered = new int[2 * frame.Components.Length];
        Array.Fill(_gathered, -1);

        // Before the samples stand rows at full width, one of each component.
        _pitch = JpegUpsampling.Padded(frame.Width);
        int bytes = _pitch * frame.Components.Length;
        bool widens = false;
        for (int c = 0; c < frame.Components.Length; c++)
        {
            JpegComponent component = frame.Components[c];
            widens |= component.Horizontal < frame.Horizontal;
            if (component.Coefficients is null)
            {
                _starts[c] = bytes;
                _strides[c] = JpegUpsampling.Padded(component.BlocksAcross * JpegBlock.Side);
                bytes += _strides[c] * (1 + component.Vertical * JpegBlock.Side);
            }
            else if (component.Horizontal == frame.Horizontal && component.Vertical == frame.Vertical)
            {
                _starts[c] = c * _pitch;
            }
            else
            {
                (_starts[c], _strides[c]) = (bytes, _pitch);
                bytes += 2 * _pitch;
            }
        }

        // Not rented: a pool gives up to twice as much, which for an image of few rows is more than its pixels.
        _samples = GC.AllocateUninitializedArray<byte>(bytes);
        _sums = new ushort[widens ? JpegUpsampling.SumsLength(_pitch) : 0];
    }

    /// <summary>The picture as it was seen.</summary>
    public Image Image { get; }

    /// <summary>The blocks that follow are those of this row of units.</summary>
    public void BeginRow(int unitRow) => _unitRow = unitRow;

    /// <summary>Takes a block of the row of units.</summary>
    /// <param name="component">One of the frame's.</param>
    /// <param name="row">Row of blocks within the row of units.</param>
    /// <param name="column">Column of blocks.</param>
    /// <param name="coefficients">Lying as <see cref="JpegBlock"/> says; a copy of those that the component has.</param>
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

    /// <summary>Writes the rows of pixels that can be: all samples of the row of units are there.</summary>
    public void WriteRows()
    {
        int first = Math.Max(0, _unitRow * _frame.UnitHeight - 1);
        int end = _unitRow == _frame.UnitsDown - 1 ? _frame.Height : (_unitRow + 1) * _frame.UnitHeight - 1;
        for (int y = first; y < end; y++)
        {
            WriteRow(y);
        }

        for (int c = 0; c < _starts.Length; c++)
        {
            if (_frame.Components[c].Coefficients is null)
            {
                Span<byte> rows = _samples.AsSpan(_starts[c]);
                int last = _frame.Components[c].Vertical * JpegBlock.Side * _strides[c];
                rows.Slice(last, _strides[c]).CopyTo(rows);
            }
        }
    }

    private void WriteRow(int y)
    {
        bool isGrey = _color == JpegColor.Grey;
        int width = _frame.Width, channels = Image.Channels;
        ReadOnlySpan<byte> first = Row(0, y), second = isGrey ? default : Row(1, y), third = isGrey ? default : Row(2, y);
        ReadOnlySpan<byte> fourth = _color is JpegColor.Cmyk or JpegColor.Ycck ? Row(3, y) : default;
        if (_orientation == ExifOrientation.Upright)
        {
            Convert(first, second, third, fourth, Image.Pixels.AsSpan(y * width * channels, width * channels));
            return;
        }

        for (int x = 0; x < width; x += TurnedPixels)
        {
            Span<byte> pixels = _turned.AsSpan(0, Math.Min(TurnedPixels, width - x) * channels);
            Convert(From(first, x), From(second, x), From(third, x), From(fourth, x), pixels);
            ExifOrientation.Place(pixels, x, y, _orientation, Image);
        }

        static ReadOnlySpan<byte> From(ReadOnlySpan<byte> row, int x) => row.IsEmpty ? row : row[x..];
    }

    /// <summary>Makes pixels of samples at full width; those of components that the colours do not have are empty.</summary>
    private void Convert(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth, Span<byte> pixels)
    {
        switch (_color)
        {
            case JpegColor.Grey:
                first[..pixels.Length].CopyTo(pixels);
                break;
            case JpegColor.YCbCr:
                JpegColorConversion.YCbCrToRgb(first, second, third, pixels);
                break;
            case JpegColor.Rgb:
                RgbInterleaving.Interleave(first, second, third, pixels);
                break;
            case JpegColor.Cmyk:
                RgbInterleaving.Interleave(first, second, third, pixels);
                JpegColorConversion.Darken(pixels, fourth, complement: 0);
                break;
            case JpegColor.Ycck:
                JpegColorConversion.YCbCrToRgb(first, second, third, pixels);
                JpegColorConversion.Darken(pixels, fourth, complement: 255);
                break;
        }
    }

    /// <summary>A component's row at full width: as the reference implementation does it, bit for bit.</summary>
    private ReadOnlySpan<byte> Row(int c, int y)
    {
        JpegComponent component = _frame.Components[c];
        bool wide = component.Horizontal == _frame.Horizontal, tall = component.Vertical == _frame.Vertical;
        Span<byte> row = _samples.AsSpan(c * _pitch, _pitch);
        if (wide && tall)
        {
            return Samples(component, y);
        }

        // Triangles are for factors of two, and across for more than two samples.
        bool twiceAcross = component.Horizontal * 2 == _frame.Horizontal && component.Width > 2;
        bool twiceDown = component.Vertical * 2 == _frame.Vertical;
        bool betweenRows = twiceDown && (wide || twiceAcross);
        int nearest = betweenRows ? y / 2 : y * component.Vertical / _frame.Vertical;
        ReadOnlySpan<byte> near = Samples(component, nearest);
        ReadOnlySpan<byte> far = betweenRows ? Samples(component, Math.Clamp(nearest + (y % 2 == 0 ? -1 : 1), 0, component.Height - 1)) : default;
        if (betweenRows && wide)
        {
            JpegUpsampling.Between(near, far, bias: 1 + y % 2, row);
        }
        else if (betweenRows)
        {
            JpegUpsampling.Sum(near, far, component.Width, _sums);
            JpegUpsampling.Across(_sums, component.Width, shift: 4, biasEven: 8, biasOdd: 7, row);
        }
        else if (twiceAcross && tall)
        {
            JpegUpsampling.Widen(near, component.Width, _sums);
            JpegUpsampling.Across(_sums, component.Width, shift: 2, biasEven: 1, biasOdd: 2, row);
        }
        else
        {
            JpegUpsampling.Repeat(near, component.Horizontal, _frame.Horizontal, row[.._frame.Width]);
        }

        return row;
    }

    /// <summary>A row of samples of the row of units, or the last one before it.</summary>
    /// <param name="component">One of the frame's.</param>
    /// <param name="row">In the picture.</param>
    private ReadOnlySpan<byte> Samples(JpegComponent component, int row)
    {
        int c = component.Index, stride = _strides[c];
        if (component.Coefficients is null)
        {
            int within = row - _unitRow * component.Vertical * JpegBlock.Side;
            return _samples.AsSpan(_starts[c] + (1 + within) * stride, stride);
        }

        Span<byte> gathered = _samples.AsSpan(_starts[c] + row % 2 * stride, _pitch);
        ref int held = ref _gathered[2 * c + row % 2];
        if (held == row)
        {
            return gathered;
        }

        held = row;
        int blocks = JpegFrame.Quotient(component.Width, JpegBlock.Side);
        ReadOnlySpan<short> line = component.Coefficients.AsSpan(row / JpegBlock.Side * component.BlocksAcross * JpegBlock.Size, blocks * JpegBlock.Size);
        JpegBlock.GatherRow(MemoryMarshal.AsBytes(line), row % JpegBlock.Side, gathered[..(blocks * JpegBlock.Side)]);
        return gathered;
    }

    private Span<byte> Samples(JpegComponent component, int row, int column, out int stride)
    {
        if (component.Coefficients is not null)
        {
            stride = JpegBlock.Side;
            return MemoryMarshal.AsBytes(component.Block(_unitRow * component.Vertical + row, column));
        }

        stride = _strides[component.Index];
        return _samples.AsSpan(_starts[component.Index] + (1 + row * JpegBlock.Side) * stride + column * JpegBlock.Side, 7 * stride + JpegBlock.Side);
    }
}
