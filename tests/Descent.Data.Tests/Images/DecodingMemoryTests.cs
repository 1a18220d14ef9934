using System.Buffers.Binary;

namespace Descent;

/// <summary>Reading an image allocates at most four times the bytes of its pixels, whole units of JPEG counted, and a fixed amount.</summary>
/// <remarks>Images of few, very wide rows are the hardest: what is kept of a row is as much as the image itself.</remarks>
public class DecodingMemoryTests
{
    private const int Room = 1 << 15, Times = 4;

    public static TheoryData<int, int> PngKinds => new()
    {
        { 1, 0 }, { 8, 0 }, { 16, 0 }, { 8, 2 }, { 16, 2 }, { 1, 3 }, { 8, 3 }, { 8, 4 }, { 16, 4 }, { 8, 6 }, { 16, 6 },
    };

    [Theory]
    [MemberData(nameof(PngKinds))]
    public void Png_of_few_wide_rows(int depth, int color)
    {
        foreach (int interlace in new[] { 0, 1 })
        {
            foreach ((int width, int height) in new[] { (60_001, 1), (60_001, 2), (30_001, 3), (1, 60_001), (2, 40_001) })
            {
                var header = new PngHeader(width, height, depth, (PngColor)color, interlace == 1);
                PngFile file = new PngFile(width, height, depth, color, interlace).Header();
                if (color == 3)
                {
                    file.Chunk("PLTE", new byte[3 * (1 << depth)]);
                }

                // Every filter but None, one after the other.
                byte[] rows = new byte[PngPass.Of(header).Sum(pass => pass.Height * (1 + header.RowBytes(pass.Width)))];
                int at = 0, filter = 0;
                foreach (PngPass pass in PngPass.Of(header))
                {
                    for (int y = 0; y < pass.Height; y++, at += 1 + (int)header.RowBytes(pass.Width))
                    {
                        rows[at] = (byte)(1 + filter++ % (PngFilter.Count - 1));
                    }
                }

                Check(file.Pixels(rows).End().Bytes, $"{width} × {height}, {depth} bits of colour {color}, interlace {interlace}", (width, height));
            }
        }
    }

    [Theory]
    [InlineData("11 11 11 11")]
    [InlineData("22 22 22 22")]
    [InlineData("44 44 44 43")]
    [InlineData("33 33 33 32")]
    [InlineData("22 11 11 22")]
    [InlineData("11 11 11")]
    [InlineData("22 11 11")]
    [InlineData("44 44 44")]
    [InlineData("21 11 11")]
    [InlineData("12 11 11")]
    [InlineData("11")]
    public void Progressive_jpeg_of_any_orientation(string samplings)
    {
        foreach ((int width, int height) in new[] { (60_000, 1), (60_000, 8), (40_000, 32), (3, 60_000), (1_000, 1_000) })
        {
            foreach (int orientation in new[] { 1, 6 })
            {
                CheckJpeg(JpegMarker.Progressive, samplings, width, height, orientation);
            }
        }
    }

    [Theory]
    [InlineData("22 11 11 22")]
    [InlineData("11 11 11 11")]
    [InlineData("22 11 11")]
    [InlineData("11 11 11")]
    [InlineData("14 11 11")]
    [InlineData("11")]
    public void Sequential_jpeg_of_any_orientation(string samplings)
    {
        foreach ((int width, int height) in new[] { (60_000, 1), (60_000, 8), (3, 60_000), (1_000, 1_000) })
        {
            foreach (int orientation in new[] { 1, 3, 8 })
            {
                CheckJpeg(JpegMarker.Baseline, samplings, width, height, orientation);
            }
        }
    }

    private static void CheckJpeg(byte frame, string samplings, int width, int height, int orientation)
    {
        byte[] factors = Convert.FromHexString(samplings.Replace(" ", "", StringComparison.Ordinal));
        int across = 8 * factors.Max(f => f >> 4), down = 8 * factors.Max(f => f & 15);
        if (factors.Length == 1)
        {
            (across, down) = (8, 8);
        }

        Check(Jpeg(frame, factors, width, height, orientation, across, down), $"{samplings}, {width} × {height}, orientation {orientation}",
            (JpegFrame.Quotient(width, across) * across, JpegFrame.Quotient(height, down) * down));
    }

    /// <summary>A picture all of whose coefficients are zero, one bit a block where it is progressive, else two.</summary>
    private static byte[] Jpeg(byte frame, byte[] factors, int width, int height, int orientation, int across, int down)
    {
        var writer = new MemoryStream();
        bool isProgressive = frame == JpegMarker.Progressive;
        byte[] components = [.. factors.SelectMany((factor, c) => new byte[] { (byte)c, factor, 0 })];
        Segment(JpegMarker.Application1, [.. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0]);
        Segment(JpegMarker.QuantizationTables, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(frame, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)factors.Length, .. components]);
        Segment(JpegMarker.HuffmanTables, [0, 1, .. new byte[15], 0]);
        Segment(JpegMarker.HuffmanTables, [0x10, 1, .. new byte[15], 0]);

        // A scan of all components, or where that interleaves too many blocks, one for each.
        int units = JpegFrame.Quotient(width, across) * JpegFrame.Quotient(height, down);
        int[] blocks = [.. factors.Select(factor => factors.Length == 1 ? 1 : (factor >> 4) * (factor & 15))];
        int[][] scans = blocks.Sum() <= 10 ? [[.. Enumerable.Range(0, factors.Length)]] : [.. Enumerable.Range(0, factors.Length).Select(c => new[] { c })];
        foreach (int[] scan in scans)
        {
            Segment(JpegMarker.StartOfScan, [(byte)scan.Length, .. scan.SelectMany(c => new byte[] { (byte)c, 0 }), 0, (byte)(isProgressive ? 0 : 63), 0]);
            writer.Write(new byte[(units * scan.Sum(c => blocks[c]) * (isProgressive ? 1 : 2) / 8) + 1]);
        }

        return [0xFF, JpegMarker.StartOfImage, .. writer.ToArray(), 0xFF, JpegMarker.EndOfImage];

        void Segment(byte marker, byte[] content)
        {
            byte[] head = [0xFF, marker, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(content.Length + 2));
            writer.Write(head);
            writer.Write(content);
        }
    }

    private static void Check(byte[] file, string what, (int Width, int Height) whole)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Image image = Image.Decode(file, "a");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before, pixels = (long)whole.Width * whole.Height * image.Channels;
        Assert.True(
            allocated <= (Times * pixels) + Room, $"{what}: {allocated} bytes for {pixels} of pixels, {(double)(allocated - Room) / pixels:F2} times as much.");
    }
}
