using System.Text;

namespace Descent;

public sealed class MaskFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-masks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Images_and_masks_of_the_same_name_are_read()
    {
        Fill();
        (IDataset train, IDataset test) = DataSource.Parse($"masks:{_folder}").Load(new Rng(1));
        Assert.Equal((2, 1), (train.Count, test.Count));
        Assert.Equal((new Shape(3, 1, 2), new Shape(1, 2)), (train.ImageShape, train.LabelShape));
        Assert.Equal(["0", "1", "2"], train.ClassNames);

        // Interleaved in the file, channel after channel in the set.
        Assert.Equal([1, 4, 2, 5, 3, 6], train.Image(0).ToArray());
        int[] mask = new int[2];
        train.ReadLabels(1, mask);
        Assert.Equal([2, 1], mask);
    }

    [Fact]
    public void Classes_are_named_by_a_file()
    {
        Fill();
        File.WriteAllText(At("classes.txt"), "ground\nroad\ncar\nsky\n");
        Assert.Equal(["ground", "road", "car", "sky"], DataSource.Parse($"masks:{_folder}").Load(new Rng(1)).Train.ClassNames);
        File.WriteAllText(At("classes.txt"), "ground\nroad\n");
        Refuses("b.pgm, byte 0: pixel 0 is of class 2, but there are 2 classes");
    }

    [Theory]
    [InlineData("train/images/a.ppm", "P7\n2 1\n255\n", "as no image in PNG, JPEG, BMP, GIF or PNM does")]
    [InlineData("train/images/a.ppm", "P6\n2 1\n65536\n......", "largest value must be a number from 1 to 65535")]
    [InlineData("train/masks/a.pgm", "P5\n2 1\n300\n....", "values that are not colours go up to 255")]
    [InlineData("train/images/a.ppm", "P6\n2 99999999\n255\n......", "the header says 2 × 99999999 pixels, more than the limit of 64000000")]
    [InlineData("train/images/a.ppm", "P6\n2 1\n255\n.....", "need 6 bytes, but 5 follow")]
    [InlineData("train/images/a.ppm", "P6\n2 1\n9\n......", "above the largest of the header, 9")]
    [InlineData("train/images/b.ppm", "P6\n1 2\n255\n......", "the image is (3, 2, 1), but the first one is (3, 1, 2)")]
    [InlineData("train/masks/a.pgm", "P5\n1 1\n255\n.", "the mask is (1, 1, 1), but its image needs one of (1, 1, 2)")]
    [InlineData("test/masks/c.pgm", "P5\n2 1\n255\n\u0001\u0009", "pixel 1 is of class 9, but there are 3 classes")]
    public void A_file_that_does_not_fit_is_named(string file, string content, string message)
    {
        Fill();
        File.WriteAllText(At(file), content, Encoding.Latin1);
        Assert.Contains(Path.GetFileName(file), Refuses(message));
    }

    [Fact]
    public void Missing_folders_and_masks_are_named()
    {
        Assert.Contains("train/images", Assert.Throws<DirectoryNotFoundException>(Load).Message);
        Fill();
        File.Delete(At("train/masks/b.pgm"));
        Assert.Contains("has no mask", Assert.Throws<FileNotFoundException>(Load).Message);
    }

    private string Refuses(string message)
    {
        string said = Assert.ThrowsAny<DataFormatException>(Load).Message;
        Assert.Contains(message, said);
        return said;
    }

    private void Load() => MaskFolder.Load(_folder);

    private void Fill()
    {
        Write("train/images/a.ppm", "P6 # a comment\n2 1\n255\n\u0001\u0002\u0003\u0004\u0005\u0006");
        Write("train/images/b.ppm", "P6\n2 1\n255\n......");
        Write("test/images/c.ppm", "P6\n2 1\n255\n......");
        Write("train/masks/a.pgm", "P5\n2 1\n255\n\u0000\u0001");
        Write("train/masks/b.pgm", "P5\n2 1\n255\n\u0002\u0001");
        Write("test/masks/c.pgm", "P5\n2 1\n255\n\u0000\u0000");
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), content, Encoding.Latin1);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
