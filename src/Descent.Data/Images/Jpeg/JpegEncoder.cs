using System.Buffers.Binary;

namespace Descent;

/// <summary>Writes baseline JPEG with the standard's Huffman tables. ISO/IEC 10918-1; JFIF 1.01.</summary>
/// <remarks>
/// Grey images have one component, others Y, Cb and Cr; alpha is left out. The file is, byte for byte, what libjpeg-turbo writes for the same
/// pixels, quality and sampling.
/// </remarks>
internal sealed class JpegEncoder
{
    private const int MostSide = 65_500;

    private readonly JpegInput _input;
    private readonly JpegBitWriter _writer;
    private readonly Component[] _components;
    private readonly short[] _block = new short[JpegBlock.Size], _zigzag = new short[JpegBlock.Size];
    private readonly ulong[] _codes = new ulong[JpegPairedCode.MostPairs];
    private readonly uint[] _lengths = new uint[JpegPairedCode.MostPairs];

    private JpegEncoder(JpegInput input, byte[][] steps, JpegBitWriter writer)
    {
        (_input, _writer) = (input, writer);
        JpegDivisors[] divisors = [.. steps.Select(table => new JpegDivisors(table))];
        _components = [.. Enumerable.Range(0, input.Components).Select(c => new Component(input, c, divisors[Math.Min(c, 1)]))];
    }

    /// <param name="image">Up to 65,500 pixels wide and high.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="halfColor">Colour at half the width and height (4:2:0); else at full (4:4:4).</param>
    /// <exception cref="ArgumentException">The image is too large, or the quality out of range.</exception>
    /// <returns>The file, which the caller disposes of.</returns>
    public static JpegBitWriter Encode(Image image, int quality, bool halfColor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (image.Width > MostSide || image.Height > MostSide)
        {
            throw new ArgumentException(
                $"An image of {image.Width} × {image.Height} pixels does not fit JPEG, which ends at {MostSide}; save it as PNG.", nameof(image));
        }

        var input = new JpegInput(image, halfColor);
        byte[][] steps = [.. Enumerable.Range(0, Math.Min(2, input.Components)).Select(i => JpegQuantization.Steps(quality, chrominance: i > 0))];
        var writer = new JpegBitWriter();
        var encoder = new JpegEncoder(input, steps, writer);
        encoder.WriteHeaders(image, steps);
        encoder.WriteScan();
        return writer;
    }

    private void WriteHeaders(Image image, byte[][] steps)
    {
        _writer.Marker(JpegMarker.StartOfImage);
        _writer.Segment(JpegMarker.Application0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        for (int table = 0; table < steps.Length; table++)
        {
            byte[] content = new byte[1 + JpegBlock.Size];
            content[0] = (byte)table;
            for (int k = 0; k < JpegBlock.Size; k++)
            {
                content[1 + k] = steps[table][JpegBlock.Natural[k]];
            }

            _writer.Segment(JpegMarker.QuantizationTables, content);
        }

        byte[] frame = new byte[6 + 3 * _input.Components], scan = new byte[4 + 2 * _input.Components];
        frame[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)image.Height);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(3), (ushort)image.Width);
        frame[5] = scan[0] = (byte)_input.Components;
        for (int c = 0; c < _input.Components; c++)
        {
            byte id = (byte)(c + 1), sampling = (byte)(_input.Sampling(c) * 0x11), slot = (byte)(c > 0 ? 1 : 0);
            ReadOnlySpan<byte> inFrame = [id, sampling, slot], inScan = [id, (byte)(slot * 0x11)];
            inFrame.CopyTo(frame.AsSpan(6 + 3 * c));
            inScan.CopyTo(scan.AsSpan(1 + 2 * c));
        }

        scan[^2] = JpegBlock.Size - 1;
        _writer.Segment(JpegMarker.Baseline, frame);
        _writer.Segment(JpegMarker.HuffmanTables, [0x00, .. JpegStandardTables.LuminanceDc]);
        _writer.Segment(JpegMarker.HuffmanTables, [0x10, .. JpegStandardTables.LuminanceAc]);
        if (_input.Components > 1)
        {
            _writer.Segment(JpegMarker.HuffmanTables, [0x01, .. JpegStandardTables.ChrominanceDc]);
            _writer.Segment(JpegMarker.HuffmanTables, [0x11, .. JpegStandardTables.ChrominanceAc]);
        }

        _writer.Segment(JpegMarker.StartOfScan, scan);
    }

    private void WriteScan()
    {
        for (int row = 0; row < _input.UnitsDown; row++)
        {
            _input.Read(row);
            for (int column = 0; column < _input.UnitsAcross; column++)
            {
                WriteUnit(row, column);
            }
        }

        _writer.EndScan();
        _writer.Marker(JpegMarker.EndOfImage);
    }

    private void WriteUnit(int row, int column)
    {
        foreach (Component component in _components)
        {
            int sampling = component.Sampling;
            for (int y = 0; y < sampling; y++)
            {
                for (int x = 0; x < sampling; x++)
                {
                    if (row * sampling + y < component.BlocksDown && column * sampling + x < component.BlocksAcross)
                    {
                        WriteBlock(component, _input.Samples(component.Index, y, column * sampling + x, out int stride), stride);
                    }
                    else
                    {
                        // Beyond the image: what costs least.
                        Array.Clear(_zigzag);
                        _zigzag[0] = (short)component.Prediction;
                        component.Code.Write(_zigzag, ref component.Prediction, _writer);
                    }
                }
            }
        }
    }

    private void WriteBlock(Component component, ReadOnlySpan<byte> samples, int stride)
    {
        JpegForwardTransform.Run(samples, stride, _block);
        int pairs = JpegPairedCode.None;
        if (JpegPairedCode.IsSupported)
        {
            pairs = component.Code.Pairs.Find(_block, component.Divisors, _zigzag, _codes, _lengths);
        }
        else
        {
            component.Divisors.Divide(_block);
            JpegBlock.ToZigzag(_block, _zigzag);
        }

        if (pairs == JpegPairedCode.None)
        {
            component.Code.Write(_zigzag, ref component.Prediction, _writer);
        }
        else
        {
            component.Code.Write(_zigzag[0], _codes.AsSpan(0, pairs), _lengths, ref component.Prediction, _writer);
        }
    }

    /// <summary>What writing a component's blocks needs.</summary>
    private sealed class Component(JpegInput input, int index, JpegDivisors divisors)
    {
        public int Index { get; } = index;

        /// <summary>Blocks across and down in a unit.</summary>
        public int Sampling { get; } = input.Sampling(index);

        /// <summary>Blocks that hold samples.</summary>
        public int BlocksAcross { get; } = input.BlocksAcross(index);

        /// <inheritdoc cref="BlocksAcross"/>
        public int BlocksDown { get; } = input.BlocksDown(index);

        public JpegDivisors Divisors { get; } = divisors;

        public JpegHuffmanCode Code { get; } = index == 0 ? JpegHuffmanCode.Luminance : JpegHuffmanCode.Chrominance;

        /// <summary>The constant coefficient of the last block.</summary>
        public int Prediction;
    }
}
