using System.Buffers.Binary;

namespace Descent;

/// <summary>Image files with random damage: each is read or refused by an <see cref="ImageFormatException"/>, in the memory that its header asks for.</summary>
public class DamagedImageTests
{
    /// <summary>What a reader may take besides four times its pixels: tables of its format, buffers of fixed size, and the error it ends with.</summary>
    private const long Room = 1 << 15;

    private static readonly byte[] s_telling = [0, 1, 2, 3, 4, 8, 16, 127, 128, 254, 255];

    private static readonly bool s_isSlow = Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1";

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("bmp")]
    [InlineData("gif")]
    [InlineData("pnm")]
    public void Damage_of_every_kind_is_read_or_refused(string format)
    {
        byte[][] seeds = Seeds(format);
        int count = s_isSlow ? 1_000_000 : 2_000, refused = 0;
        long most = 0;
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            byte[] file = Damaged(seeds, random, format == "png");
            if (format == "jpeg" && random.Next(2) == 0)
            {
                file = JpegDamage.Do(file, random);
            }

            var reading = new ImageReading { MaxPixels = 200_000, AllowTruncated = i % 3 == 0 };
            long before = GC.GetAllocatedBytesForCurrentThread(), declared = 0;
            try
            {
                ImageInfo info = Image.Identify(file, "a");
                bool fits = (long)info.Width * info.Height <= reading.MaxPixels;
                declared = !fits ? 0 : format == "jpeg" ? Tiled(info.Width) * Tiled(info.Height) * info.Channels : (long)info.Width * info.Height * info.Channels;
                before = GC.GetAllocatedBytesForCurrentThread();
                _ = Image.Decode(file, "a", reading);
            }
            catch (ImageFormatException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{format} {i}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}\n{Convert.ToBase64String(file)}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            most = Math.Max(most, allocated - (4 * declared));
            Assert.True(
                allocated <= (4 * declared) + Room,
                $"{format} {i}: {allocated} bytes for {declared} samples of a file of {file.Length}\n{Convert.ToBase64String(file)}");
        }

        Console.WriteLine($"counted: {count} damaged {format} files, of which {refused} were refused; at most {most} bytes beyond four times the pixels");
        Assert.InRange(refused, count / 20, count - 1);
    }

    /// <summary>To whole tiles: the largest unit of JPEG is 32 × 32 pixels.</summary>
    private static long Tiled(int size) => (size + 31L) / 32 * 32;

    private static byte[][] Seeds(string format) => format switch
    {
        "png" => [.. PngSeeds()],
        "jpeg" => [.. JpegSamples.Names.Select(JpegSamples.Jpeg)],
        "bmp" or "gif" => [.. BitmapSamples.Names.Where(name => name.StartsWith(format, StringComparison.Ordinal)).Select(BitmapSamples.Bytes)],
        _ => ["P1\n# bits\n3 2\n101\n0 1 0"u8.ToArray(), "P2 3 2 7 0 1 2 #x\n3 6 7"u8.ToArray(), "P3\n1 2\n255\n1 2 3\n4 5 6\n"u8.ToArray(),
            "P4\n9 2\nabcd"u8.ToArray(), "P5\n3 2\n99\nabcdef"u8.ToArray(), "P6\n1 2\n65535\nabcdefghijkl"u8.ToArray()],
    };

    private static IEnumerable<byte[]> PngSeeds()
    {
        var random = new Random(2);
        byte[] noise = new byte[4096];
        random.NextBytes(noise);
        for (int channels = 1; channels <= 4; channels++)
        {
            yield return new Image(13, 9, channels, noise[..(13 * 9 * channels)]).EncodePng();
        }

        foreach ((int depth, int color) in new[] { (1, 0), (2, 0), (4, 0), (16, 0), (1, 3), (4, 3), (8, 3), (16, 2), (8, 4), (16, 6) })
        {
            foreach (int interlace in new[] { 0, 1 })
            {
                var file = new PngFile(11, 10, depth, color, interlace).Header();
                if (color == 3)
                {
                    file.Chunk("PLTE", noise[..48]).Chunk("tRNS", noise[..5]);
                }

                // Zeros where filters stand, in any arrangement of rows.
                byte[] rows = new byte[2_000];
                random.NextBytes(rows);
                int size = PngPass.Of(new PngHeader(11, 10, depth, (PngColor)color, interlace == 1))
                    .Sum(pass => pass.Height * (1 + (int)new PngHeader(11, 10, depth, (PngColor)color, false).RowBytes(pass.Width)));
                yield return file.Pixels([.. rows.Take(size).Select(value => (byte)(value % 3))]).End().Bytes;
            }
        }
    }

    private static byte[] Damaged(byte[][] seeds, Random random, bool mayMendChecksums)
    {
        List<byte> file = [.. seeds[random.Next(seeds.Length)]];
        for (int changes = 1 + random.Next(4); changes > 0 && file.Count > 0; changes--)
        {
            int at = random.Next(file.Count), length = Math.Min(1 + random.Next(random.Next(2) == 0 ? 4 : 64), file.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = s_telling[random.Next(s_telling.Length)];
                    break;
                case 2:
                    file.RemoveRange(at, length);
                    break;
                case 3:
                    file.InsertRange(at, file.GetRange(at, length));
                    break;
                case 4:
                    file.RemoveRange(at, random.Next(4) == 0 ? file.Count - at : length);
                    break;
                case 5:
                    byte[] other = seeds[random.Next(seeds.Length)];
                    int from = random.Next(other.Length);
                    file.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)).ToArray());
                    break;
                case 6 when at + 4 <= file.Count:
                    byte[] number = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(number, random.Next(3) switch { 0 => -1, 1 => int.MaxValue, _ => random.Next(1 << random.Next(1, 24)) });
                    for (int i = 0; i < 4; i++)
                    {
                        file[at + i] = number[random.Next(2) == 0 ? i : 3 - i];
                    }

                    break;
                default:
                    file[at] = (byte)random.Next(256);
                    break;
            }
        }

        byte[] bytes = [.. file];
        if (mayMendChecksums && random.Next(4) > 0)
        {
            MendChecksums(bytes);
        }

        return bytes;
    }

    /// <summary>So that damage reaches what lies behind the checksums of chunks.</summary>
    private static void MendChecksums(Span<byte> file)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length + 12L > file.Length - at)
            {
                return;
            }

            int end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(file[end..], Crc32.Of(file[(at + 4)..end]));
            at = end + 4;
        }
    }
}
