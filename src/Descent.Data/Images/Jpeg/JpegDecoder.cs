using System.Buffers;

namespace Descent;

/// <summary>Reads JPEG: baseline, extended sequential and progressive Huffman-coded images of 8 bits a sample. ISO/IEC 10918-1.</summary>
/// <remarks>
/// The pixels are those of libjpeg-turbo as it decodes by default, bit for bit. What is arithmetic-coded, lossless, hierarchical, of 12 bits, or
/// says its height behind its first scan is refused by name. Grey has one channel, all others become RGB: CMYK as <c>v·k / 255</c> of
/// inverted values, as Pillow does. The orientation that Exif keeps is applied. Bytes between a scan's last bit and the next marker, and behind the image,
/// are left out, as all readers do; anything else that the standard does not allow is an error.
/// Of a damaged image of which parts are allowed, units that are lost are black.
/// </remarks>
internal static class JpegDecoder
{
    public static ImageInfo Identify(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        var file = new JpegFile(bytes, name, reading);
        file.ReadToFrame();
        JpegFrame frame = file.Frame;
        (int width, int height) = ExifOrientation.IsTransposed(file.Orientation) ? (frame.Height, frame.Width) : (frame.Width, frame.Height);
        return new(ImageFormat.Jpeg, width, height, frame.Components.Length == 1 ? 1 : 3);
    }

    public static Image Decode(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        var file = new JpegFile(bytes, name, reading);
        JpegScan scan = file.ReadToScan(0) ?? throw file.Error(bytes.Length, "the image ends without a scan: there is no picture in it.");
        JpegFrame frame = file.Frame;
        bool tolerant = reading.AllowTruncated;
        if (!tolerant)
        {
            CheckLength(file, scan, bytes.Length - scan.Start);
        }

        int orientation = file.Orientation;
        byte[] window = ArrayPool<byte>.Shared.Rent(JpegBits.WindowBytes);
        try
        {
            JpegOutput output;
            if (!frame.Progressive && scan.Components.Length == frame.Components.Length)
            {
                output = new(frame, file.Color, orientation, zeros: tolerant);
                var bits = new JpegBits(bytes, scan.Start, window);
                if (Run(new JpegStreamingPass(frame, scan, output), ref bits, file, tolerant))
                {
                    ReadToEnd(ref file, bits.End(), tolerant);
                }
            }
            else
            {
                ReadCoefficients(bytes, ref file, scan, window, tolerant);
                output = new(frame, file.Color, orientation, zeros: false);
                Transform(frame, output);
            }

            return output.Image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    /// <summary>A block takes a bit at least, and two with more than its constant coefficient: so a header alone makes nobody allocate.</summary>
    private static void CheckLength(in JpegFile file, JpegScan scan, int bytes)
    {
        long blocks = 0;
        foreach (JpegComponent component in scan.Components)
        {
            blocks += (long)JpegFrame.Quotient(component.Width, JpegBlock.Side) * JpegFrame.Quotient(component.Height, JpegBlock.Side);
        }

        if (blocks * (scan.Last > 0 ? 2 : 1) > bytes * 8L)
        {
            throw file.Error(scan.Start + bytes,
                $"the {bytes} bytes behind the headers cannot hold {blocks} blocks: the file is cut off; copy it again from its source.");
        }
    }

    private static bool Run(JpegPass pass, ref JpegBits bits, in JpegFile file, bool tolerant)
    {
        try
        {
            return pass.Run(ref bits, file.RestartInterval, tolerant);
        }
        catch (JpegDataException damage)
        {
            throw file.Error(bits.Offset,
                bits.HasRunOut
                    ? "the image's data ends before its blocks do: the file is cut off or damaged; copy it again from its source."
                    : $"{damage.Message}: the file is damaged; copy it again from its source.",
                damage);
        }
    }

    /// <summary>Reads all scans of an image of several.</summary>
    private static void ReadCoefficients(ReadOnlySpan<byte> bytes, ref JpegFile file, JpegScan first, byte[] window, bool tolerant)
    {
        JpegFrame frame = file.Frame;
        foreach (JpegComponent component in frame.Components)
        {
            component.Coefficients = new short[component.BlocksAcross * component.BlocksDown * JpegBlock.Size];
            if (tolerant)
            {
                for (int i = JpegBlock.ReversedConstant; i < component.Coefficients.Length; i += JpegBlock.Size)
                {
                    component.Coefficients[i] = JpegBlock.Missing;
                }
            }
        }

        try
        {
            for (JpegScan? scan = first; scan is not null;)
            {
                var bits = new JpegBits(bytes, scan.Start, window);
                Run(new JpegCoefficientPass(frame, scan), ref bits, file, tolerant);
                scan = file.ReadToScan(bits.End());
            }
        }
        catch (ImageFormatException) when (tolerant)
        {
            // What the scans before have brought is the picture.
        }

        foreach (JpegComponent component in frame.Components)
        {
            if (component.Quantization is null)
            {
                component.Quantization = tolerant ? new short[JpegBlock.Size] : throw file.Error(bytes.Length,
                    $"no scan brings component {component.Id}: the file is damaged; copy it again from its source.");
            }
        }
    }

    private static void Transform(JpegFrame frame, JpegOutput output)
    {
        Span<short> placed = stackalloc short[JpegBlock.Size];
        for (int row = 0; row < frame.UnitsDown; row++)
        {
            output.BeginRow(row);
            foreach (JpegComponent component in frame.Components)
            {
                for (int y = 0; y < component.Vertical; y++)
                {
                    for (int x = 0; x < component.BlocksAcross; x++)
                    {
                        ReadOnlySpan<short> block = component.Block(row * component.Vertical + y, x);
                        if (block[JpegBlock.ReversedConstant] == JpegBlock.Missing)
                        {
                            output.BlackenBlock(component, y, x);
                        }
                        else
                        {
                            ulong notZero = JpegBlock.NotZero(block);
                            JpegBlock.ToPlaces(block, notZero, placed);
                            output.SetBlock(component, y, x, placed, varies: notZero << 1 != 0);
                        }
                    }
                }
            }

            output.WriteRows();
        }
    }

    /// <summary>Behind the only scan of a sequential image: nothing but the image's end may come, and what applications add.</summary>
    private static void ReadToEnd(ref JpegFile file, int end, bool tolerant)
    {
        try
        {
            if (file.ReadToScan(end) is not null)
            {
                throw file.Error(end, "a scan follows the one that brought all components; the file is damaged.");
            }
        }
        catch (ImageFormatException) when (tolerant)
        {
            // The picture is complete.
        }
    }
}
