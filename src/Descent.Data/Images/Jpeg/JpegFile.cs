using System.Buffers.Binary;

namespace Descent;

/// <summary>The segments of a JPEG file between its scans: frame, tables and what applications add. ISO/IEC 10918-1, annex B.</summary>
internal ref struct JpegFile
{
    private const int Tables = 4, MostUnitBlocks = 10, MostScans = 256, NoTransform = -1;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _name;
    private readonly ImageReading _reading;
    private readonly short[]?[] _quantization = new short[Tables][];
    private readonly JpegHuffmanTable?[] _dc = new JpegHuffmanTable[Tables], _ac = new JpegHuffmanTable[Tables];
    // Those of the file's own codes, of DC and then AC: a scan that was read needs its tables no more.
    private readonly JpegHuffmanTable?[] _own = new JpegHuffmanTable[2 * Tables];
    private int _position, _adobeTransform = NoTransform, _scans;
    private bool _isJfif;
    private JpegFrame? _frame;

    public JpegFile(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        _bytes = bytes;
        (_name, _reading) = (name, reading);
        if (!bytes.StartsWith<byte>([0xFF, JpegMarker.StartOfImage]))
        {
            throw Error(0, "the file does not begin with FF D8, as JPEG does.");
        }

        _position = 2;
    }

    /// <summary>What <see cref="ReadToFrame"/> found.</summary>
    public readonly JpegFrame Frame => _frame!;

    /// <summary>Units between two restart markers; 0 for none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>As Exif says, which stands before the frame; 0 as long as none was met.</summary>
    public int Orientation { get; private set; }

    /// <summary>By the rules of the reference implementation: JFIF, then Adobe's marker, then the names of the components.</summary>
    public readonly JpegColor Color => Frame.Components switch
    {
        [_] => JpegColor.Grey,
        [var r, var g, var b] => _isJfif ? JpegColor.YCbCr
            : _adobeTransform != NoTransform ? _adobeTransform == 0 ? JpegColor.Rgb : JpegColor.YCbCr
            : (r.Id, g.Id, b.Id) == ('R', 'G', 'B') ? JpegColor.Rgb : JpegColor.YCbCr,
        _ => _adobeTransform is NoTransform or 0 ? JpegColor.Cmyk : JpegColor.Ycck,
    };

    public readonly ImageFormatException Error(long offset, string problem, Exception? cause = null) => new(_name, offset, problem, cause);

    /// <summary>Reads up to the frame's header.</summary>
    public void ReadToFrame()
    {
        while (_frame is null)
        {
            if (ReadSegment() is JpegMarker.EndOfImage)
            {
                throw Error(_position - 2, "the image ends without a frame: there is no picture in it.");
            }
        }
    }

    /// <summary>Reads up to the data of the next scan.</summary>
    /// <param name="from">Where the last scan's data ended; 0 before the first.</param>
    /// <returns>Null at the image's end.</returns>
    public JpegScan? ReadToScan(int from)
    {
        _position = Math.Max(_position, from);
        while (true)
        {
            int start = _position;
            switch (ReadSegment())
            {
                case JpegMarker.EndOfImage:
                    return null;
                case JpegMarker.StartOfScan:
                    return ++_scans <= MostScans ? ReadScan(start) : throw Error(start, $"the image has more than {MostScans} scans.");
            }
        }
    }

    /// <summary>Reads a segment, or of a scan's its marker only.</summary>
    /// <returns>The marker.</returns>
    private byte ReadSegment()
    {
        int start = _position;
        byte marker = ReadMarker();
        if (marker is JpegMarker.EndOfImage or JpegMarker.StartOfScan or JpegMarker.Temporary)
        {
            return marker;
        }

        if (marker == JpegMarker.StartOfImage || JpegMarker.IsRestart(marker))
        {
            throw Error(start, $"the marker FF {marker:X2} stands where none may be; the file is damaged.");
        }

        ReadOnlySpan<byte> content = ReadContent();
        if (JpegMarker.IsStartOfFrame(marker))
        {
            ReadFrame(marker, start, content);
            return marker;
        }

        switch (marker)
        {
            case JpegMarker.QuantizationTables:
                ReadQuantization(start, content);
                break;
            case JpegMarker.HuffmanTables:
                ReadHuffman(start, content);
                break;
            case JpegMarker.RestartInterval:
                RestartInterval = content.Length == 2 ? Number(content) : throw Length(start, "DRI", content);
                break;
            case JpegMarker.NumberOfLines:
                throw Lines(start);
            case JpegMarker.Application0:
                _isJfif |= content.StartsWith("JFIF\0"u8);
                break;
            case JpegMarker.Application1 when _frame is null && Orientation == 0 && content.StartsWith("Exif\0\0"u8):
                Orientation = ExifOrientation.Find(content[6..]);
                break;
            case JpegMarker.Application14 when content.Length >= 12 && content.StartsWith("Adobe"u8):
                _adobeTransform = content[11];
                break;
        }

        return marker;
    }

    private byte ReadMarker()
    {
        int start = _position;
        while (_position < _bytes.Length && _bytes[_position] == 0xFF)
        {
            _position++;
        }

        if (_position == _bytes.Length)
        {
            throw Error(_position, "the file ends before the image does (no FF D9): it is cut off; copy it again from its source.");
        }

        if (_position == start || _bytes[_position] == 0)
        {
            throw Error(_position, $"a marker FF xx was expected, but {_bytes[start]:X2} found; the file is damaged.");
        }

        return _bytes[_position++];
    }

    /// <summary>A segment's content behind its length.</summary>
    private ReadOnlySpan<byte> ReadContent()
    {
        ReadOnlySpan<byte> rest = _bytes[_position..];
        int length = rest.Length >= 2 ? Number(rest) : rest.Length + 1;
        if (length < 2)
        {
            throw Error(_position, $"a segment has length {length}, but its length alone takes 2 bytes; the file is damaged.");
        }

        if (length > rest.Length)
        {
            throw Error(_bytes.Length, $"the file ends within a segment of {length} bytes: it is cut off; copy it again from its source.");
        }

        _position += length;
        return rest[2..length];
    }

    private void ReadFrame(byte marker, int start, ReadOnlySpan<byte> content)
    {
        string? other = marker switch
        {
            JpegMarker.Baseline or JpegMarker.ExtendedSequential or JpegMarker.Progressive => null,
            0xC3 => "lossless",
            0xC5 or 0xC6 or 0xC7 or 0xCD or 0xCE or 0xCF => "hierarchical",
            0xCB => "lossless and arithmetic-coded",
            _ => "arithmetic-coded",
        };
        if (other is not null)
        {
            throw Error(start, $"the image is {other} (SOF{marker - JpegMarker.Baseline}); save it as baseline or progressive JPEG.");
        }

        if (_frame is not null)
        {
            throw Error(start, "the image has a second frame; the file is damaged.");
        }

        if (content.Length < 6 || content.Length != 6 + 3 * content[5])
        {
            throw Length(start, "SOF", content);
        }

        (int precision, int height, int width, int count) = (content[0], Number(content[1..]), Number(content[3..]), content[5]);
        if (precision != 8)
        {
            throw Error(start, $"the image has {precision} bits a sample; 8 can be read: save it with 8.");
        }

        if (height == 0)
        {
            throw Lines(start);
        }

        _reading.CheckSize(_name, start, width, height);
        if (count is not (1 or 3 or 4))
        {
            throw Error(start, $"the image has {count} components; 1 (grey), 3 (colour) or 4 (CMYK) can be read.");
        }

        var components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> part = content.Slice(6 + 3 * i, 3);
            (byte id, int horizontal, int vertical, int slot) = (part[0], part[1] >> 4, part[1] & 15, part[2]);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || slot >= Tables)
            {
                throw Error(start,
                    $"component {id} has sampling {horizontal} × {vertical} (1 to 4 can be) and quantisation table {slot} (0 to 3); the file is damaged.");
            }

            if (Has(components.AsSpan(0, i), id))
            {
                throw Error(start, $"component {id} occurs twice; the file is damaged.");
            }

            // The blocks of a single component are never interleaved: its sampling factors say nothing.
            components[i] = count == 1 ? new(i, id, 1, 1, slot) : new(i, id, horizontal, vertical, slot);
        }

        _frame = new(width, height, marker == JpegMarker.Progressive, components);
    }

    private readonly void ReadQuantization(int start, ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            (int bytes, int slot) = ((content[0] >> 4) + 1, content[0] & 15);
            int length = 1 + bytes * JpegBlock.Size;
            if (bytes > 2 || slot >= Tables || content.Length < length)
            {
                throw Length(start, "DQT", content);
            }

            var table = new short[JpegBlock.Size];
            for (int k = 0; k < JpegBlock.Size; k++)
            {
                table[JpegBlock.Place[k]] = bytes == 1 ? content[1 + k] : (short)Number(content[(1 + 2 * k)..]);
            }

            _quantization[slot] = table;
            content = content[length..];
        }
    }

    private readonly void ReadHuffman(int start, ReadOnlySpan<byte> content)
    {
        const int Counts = JpegHuffmanTable.MaxLength;
        while (!content.IsEmpty)
        {
            (int type, int slot) = (content[0] >> 4, content[0] & 15);
            int symbols = 0;
            for (int i = 1; i <= Counts && i < content.Length; i++)
            {
                symbols += content[i];
            }

            int length = 1 + Counts + symbols;
            if (type > 1 || slot >= Tables || symbols > JpegHuffmanTable.MaxSymbols || content.Length < length)
            {
                throw Length(start, "DHT", content);
            }

            ReadOnlySpan<byte> code = content[1..length];
            if (type == 0 && code[Counts..].IndexOfAnyExceptInRange((byte)0, (byte)15) >= 0)
            {
                throw Error(start, "a Huffman table of constant coefficients holds a size above 15; the file is damaged.");
            }

            try
            {
                (type == 0 ? _dc : _ac)[slot] = JpegStandardTables.Find(code) ?? OwnTable((type * Tables) + slot, code[..Counts], code[Counts..]);
            }
            catch (ArgumentException impossible)
            {
                throw Error(start, $"a Huffman table cannot be: {impossible.Message}; the file is damaged.", impossible);
            }

            content = content[length..];
        }
    }

    private readonly JpegHuffmanTable OwnTable(int at, ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols) =>
        _own[at] is { } table ? table.Set(counts, symbols) : _own[at] = new(counts, symbols);

    private JpegScan ReadScan(int start)
    {
        ReadOnlySpan<byte> content = ReadContent();
        if (_frame is null)
        {
            throw Error(start, "a scan stands before the frame's header; the file is damaged.");
        }

        if (content.Length < 4 || content[0] is < 1 or > 4 || content.Length != 4 + 2 * content[0])
        {
            throw Length(start, "SOS", content);
        }

        var components = new JpegComponent[content[0]];
        ReadOnlySpan<byte> range = content[(1 + 2 * components.Length)..];

        // A sequential scan brings everything, whatever is said: writers of motion JPEG are careless there.
        JpegScan scan = _frame.Progressive
            ? new(components, range[0], range[1], range[2] >> 4, range[2] & 15, _position)
            : new(components, 0, JpegBlock.Size - 1, 0, 0, _position);
        if (scan.Last >= JpegBlock.Size || scan.Last < scan.First || scan.Low > 13 || (scan.High > 0 && scan.High != scan.Low + 1)
            || (_frame.Progressive && (scan.First == 0 ? scan.Last != 0 : components.Length != 1)))
        {
            throw Error(start,
                $"a progressive scan of {components.Length} components brings coefficients {scan.First} to {scan.Last}, bits {scan.High} to {scan.Low}; "
                + "the file is damaged.");
        }

        int blocks = 0;
        for (int i = 0; i < components.Length; i++)
        {
            (byte id, byte slots) = (content[1 + 2 * i], content[2 + 2 * i]);
            JpegComponent component = Array.Find(_frame.Components, component => component.Id == id)
                ?? throw Error(start, $"a scan names component {id}, which the frame lacks; the file is damaged.");
            if (Has(components.AsSpan(0, i), id))
            {
                throw Error(start, $"a scan names component {id} twice; the file is damaged.");
            }

            components[i] = component;
            blocks += component.Horizontal * component.Vertical;
            component.Quantization ??= _quantization[component.QuantizationSlot]
                ?? throw Error(start, $"quantisation table {component.QuantizationSlot} of component {id} is missing; the file is damaged.");
            component.Dc = Table(start, ac: false, slots >> 4, wanted: scan.First == 0 && scan.High == 0);
            component.Ac = Table(start, ac: true, slots & 15, wanted: scan.Last > 0);
        }

        if (components.Length > 1 && blocks > MostUnitBlocks)
        {
            throw Error(start, $"a scan interleaves {blocks} blocks; at most {MostUnitBlocks} may be: the file is damaged.");
        }

        return scan;
    }

    private readonly JpegHuffmanTable? Table(int start, bool ac, int slot, bool wanted)
    {
        if (!wanted)
        {
            return null;
        }

        if (slot < Tables && (ac ? _ac : _dc)[slot] is { } table)
        {
            return table;
        }

        return slot < 2 && !Frame.Progressive
            ? JpegStandardTables.Decoding(ac, slot)
            : throw Error(start, $"a scan uses the Huffman table {(ac ? "AC" : "DC")} {slot}, which is missing; the file is damaged.");
    }

    private readonly ImageFormatException Lines(int start) => Error(start,
        "the image says its height behind its first scan only (DNL), which cannot be read; save it anew.");

    private readonly ImageFormatException Length(int start, string segment, ReadOnlySpan<byte> content) => Error(start,
        $"the segment {segment} of {content.Length} bytes ({Convert.ToHexString(content[..Math.Min(8, content.Length)])}…) does not hold what it says; "
        + "the file is damaged.");

    private static bool Has(ReadOnlySpan<JpegComponent> components, byte id)
    {
        foreach (JpegComponent component in components)
        {
            if (component.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private static int Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
