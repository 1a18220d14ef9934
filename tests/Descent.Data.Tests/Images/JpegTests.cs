using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Descent;

public class JpegTests
{
    public static TheoryData<string> Samples => [.. JpegSamples.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Pixels_are_those_of_libjpeg_turbo(string name)
    {
        Image expected = JpegSamples.Expected(name), image = Image.Decode(JpegSamples.Jpeg(name), name);
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (image.Width, image.Height, image.Channels));
        Assert.Equal(expected.Pixels, image.Pixels);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_header_says_what_decoding_gives(string name)
    {
        Image expected = JpegSamples.Expected(name);
        Assert.Equal(new ImageInfo(ImageFormat.Jpeg, expected.Width, expected.Height, expected.Channels),
            Image.Identify(JpegSamples.Jpeg(name), name));
    }

    [Theory]
    [InlineData("testorig.jpg")]
    [InlineData("testimgint.jpg")]
    public void Images_of_libjpeg_turbo_have_its_pixels(string name)
    {
        string path = Shared("images", "libjpeg-turbo", "testimages", name);
        Assert.Equal(JpegSamples.Digest(name), Convert.ToHexStringLower(SHA256.HashData(Image.Read(path).Pixels)));
    }

    [Theory]
    [InlineData("monkey12.jpg", "12 bits a sample")]
    [InlineData("testimgari.jpg", "arithmetic-coded (SOF9)")]
    public void Images_of_libjpeg_turbo_of_other_kinds_are_refused_by_name(string name, string message)
    {
        string path = Shared("images", "libjpeg-turbo", "testimages", name);
        Assert.Contains(message, Assert.Throws<ImageFormatException>(() => Image.Read(path)).Message);
    }

    [Fact]
    public void All_images_of_the_cifar_archive_have_libjpeg_turbos_pixels()
    {
        const string Name = "cifar-10-jpegs.tar.gz";
        using var archive = new TarReader(new GZipStream(File.OpenRead(Shared("cifar10", Name)), CompressionMode.Decompress));
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = 0;
        var file = new MemoryStream();
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data && entry.Name.EndsWith(".jpg", StringComparison.Ordinal))
            {
                file.SetLength(0);
                data.CopyTo(file);
                digest.AppendData(Image.Decode(file.GetBuffer().AsSpan(0, (int)file.Length), entry.Name).Pixels);
                count++;
            }
        }

        Assert.Equal((JpegSamples.CifarImages, JpegSamples.Digest(Name)), (count, Convert.ToHexStringLower(digest.GetHashAndReset())));
    }

    private static string Shared(params ReadOnlySpan<string> parts)
    {
        string path = Path.Combine([Path.GetDirectoryName(IdxSets.Repository())!, "shared", "data", .. parts]);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent.");
        return path;
    }
}
