using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Descent;

public sealed class ImageFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("folder")]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("tar of a folder around")]
    public void Splits_inside_are_taken_from_a_folder_and_from_archives_in_place(string form)
    {
        string root = Path.Combine(_folder, "set");
        for (int i = 0; i < 6; i++)
        {
            Save($"set/train/ant/{i}.png", 10 * i);
            Save($"set/train/bee/{i}.png", 100 + (10 * i));
        }

        Save("set/val/ant/a.png", 1);
        Save("set/test/ant/a.png", 2);
        Save("set/test/bee/bé é.png", 3);
        ImageSplits images = ImageFolder.Open(Packed(root, form));
        Assert.Equal(["ant", "bee"], images.Train.ClassNames);
        Assert.Equal((12, 1, 2), (images.Train.Count, images.Validation!.Count, images.Test.Count));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], Enumerable.Range(0, 12).Select(images.Train.Label));
        Assert.Equal(120, images.Train.Read(8).Pixels[0]);
        Assert.Equal(3, images.Test.Read(1).Pixels[0]);
        Assert.Contains("bé é.png", images.Test.NameOf(1));
        Assert.Empty(images.Notes);
    }

    [Fact]
    public void Without_splits_each_class_gives_the_same_part_for_any_order_of_files()
    {
        for (int i = 0; i < 50; i++)
        {
            Save($"many/{i:00}.png", i);
            if (i < 10)
            {
                Save($"few/{i:00}.png", i);
            }
        }

        ImageSplits images = ImageFolder.Open(_folder, new SplitParts(Test: 0.2, Validation: 0.1, Seed: 7));
        Assert.Equal((2, 10), Count(images.Test));
        Assert.Equal((1, 5), Count(images.Validation!));
        Assert.Equal((7, 35), Count(images.Train));
        string[] all = [.. new[] { images.Train, images.Validation!, images.Test }.SelectMany(set => Enumerable.Range(0, set.Count).Select(set.NameOf))];
        Assert.Equal(60, all.Distinct().Count());

        string[] again = Names(ImageFolder.Open(Packed(_folder, "tar"), new SplitParts(0.2, 0.1, 7)).Test);
        Assert.Equal(Names(images.Test).Select(Path.GetFileName), again.Select(Path.GetFileName));
        Assert.NotEqual(Names(images.Test), Names(ImageFolder.Open(_folder, new SplitParts(0.2, 0.1, 8)).Test));

        static (int Few, int Many) Count(IImageCollection set) =>
            (Enumerable.Range(0, set.Count).Count(i => set.Label(i) == 0), Enumerable.Range(0, set.Count).Count(i => set.Label(i) == 1));

        static string[] Names(IImageCollection set) => [.. Enumerable.Range(0, set.Count).Select(set.NameOf)];
    }

    [Fact]
    public void What_is_no_image_is_counted_named_and_left_out()
    {
        Save("a/1.png", 1);
        Save("a/2.png", 1);
        Save("b/1.png", 1);
        Save("b/2.png", 1);
        Save("B/1.png", 1);
        Save("B/2.png", 1);
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        File.WriteAllText(Path.Combine(_folder, "a", "notes.txt"), "x");
        File.WriteAllText(Path.Combine(_folder, "a", ".hidden.png"), "x");
        Save("loose.png", 1);
        ImageSplits images = ImageFolder.Open(_folder);
        string notes = string.Join('\n', images.Notes);
        Assert.Equal(6, images.Train.Count + images.Test.Count);
        Assert.Contains("1 file is no image by its name", notes);
        Assert.Contains("notes.txt", notes);
        Assert.Contains("loose.png", notes);
        Assert.Contains("the class 'empty' is left out", notes);
        Assert.Contains("'B' and 'b' differ only in case", notes);
    }

    [Fact]
    public void A_link_that_leads_back_is_walked_once()
    {
        Save("a/1.png", 1);
        Save("a/2.png", 1);
        Save("b/1.png", 1);
        Save("b/2.png", 1);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "a", "again"), _folder);
        ImageSplits images = ImageFolder.Open(_folder);
        Assert.Equal(4, images.Train.Count + images.Test.Count);
    }

    [Fact]
    public void A_damaged_image_stops_by_its_path_or_is_skipped_and_named()
    {
        for (int i = 0; i < 10; i++)
        {
            Save($"train/a/{i}.png", i);
            Save($"train/b/{i}.png", i);
        }

        Save("test/a/1.png", 1);
        Save("test/b/1.png", 1);
        byte[] whole = File.ReadAllBytes(Path.Combine(_folder, "train", "a", "3.png"));
        File.WriteAllBytes(Path.Combine(_folder, "train", "a", "3.png"), whole[..^20]);
        File.WriteAllBytes(Path.Combine(_folder, "train", "b", "4.png"), []);
        byte[] huge = [.. whole];
        (huge[18], huge[19], huge[22], huge[23]) = (0x4E, 0x20, 0x4E, 0x20);
        File.WriteAllBytes(Path.Combine(_folder, "train", "b", "5.png"), huge);
        DataSource source = DataSource.Parse($"folder:{_folder}");
        IOException said = Assert.ThrowsAny<IOException>(() => source.Load(new Rng(1)));
        Assert.Contains(Path.Combine("train", "a", "3.png"), said.Message);
        Assert.Contains("--skip-bad", said.Message);
        DataSplits sets = source.Load(new Rng(1), new DataOptions { Images = new() { SkipBad = 3 } });
        Assert.Equal((17, 2), (sets.Train.Count, sets.Test.Count));
        Assert.Equal(3, sets.Notes.Count(note => note.StartsWith("Skipped: ", StringComparison.Ordinal)));
        Assert.Contains(sets.Notes, note => note.Contains("4.png") && note.Contains("empty"));
        Assert.Throws<IOException>(() => source.Load(new Rng(1), new DataOptions { Images = new() { SkipBad = 2 } }));
    }

    [Theory]
    [InlineData("nowhere", "There is no")]
    [InlineData("empty", "no image lies in a folder named after a class")]
    [InlineData("one", "all images are of one class, 'a'")]
    public void What_cannot_be_learned_from_is_refused(string name, string message)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        Save("one/a/1.png", 1);
        Save("one/a/2.png", 1);
        Assert.Contains(message, Assert.ThrowsAny<IOException>(() => ImageFolder.Open(Path.Combine(_folder, name))).Message);
    }

    [Fact]
    public void A_class_that_only_the_test_images_have_is_named_with_the_nearest()
    {
        Save("train/ant/1.png", 1);
        Save("train/bee/1.png", 1);
        Save("test/ants/1.png", 1);
        Assert.Contains("did you mean 'ant'", Assert.Throws<DataFormatException>(() => ImageFolder.Open(_folder)).Message);
    }

    [Fact]
    public void An_archive_that_is_cut_off_is_refused_by_its_name()
    {
        Save("set/a/1.png", 1);
        Save("set/b/1.png", 1);
        foreach (string form in new[] { "tar", "tar.gz" })
        {
            string path = Packed(Path.Combine(_folder, "set"), form);
            byte[] bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, bytes[..(bytes.Length / 3)]);
            Assert.Contains(path, Assert.ThrowsAny<IOException>(() => ImageFolder.Open(path)).Message);
        }
    }

    [Theory]
    [InlineData("../outside/1.png")]
    [InlineData("/outside/1.png")]
    public void A_member_that_leads_out_of_its_archive_is_refused(string member)
    {
        string path = Path.Combine(_folder, "bad.tar");
        using (FileStream file = File.Create(path))
        using (var tar = new TarWriter(file))
        {
            foreach (string name in new[] { "a/1.png", "a/2.png", "b/1.png", "b/2.png", member })
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Pixel(1)) });
            }
        }

        Assert.Contains($"the member '{member}' leads out of the archive", Assert.Throws<DataFormatException>(() => ImageFolder.Open(path)).Message);
    }

    [Fact]
    public void A_hundred_thousand_files_are_listed_and_none_is_read()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1", "a hundred thousand files are made in the slow suite only");
        for (int i = 0; i < 100_000; i++)
        {
            string folder = Path.Combine(_folder, $"class{i % 10}");
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), []);
        }

        ImageSplits images = ImageFolder.Open(_folder);
        Assert.Equal(100_000, images.Train.Count + images.Test.Count);
        Assert.Contains("0 bytes", Assert.Throws<ImageFormatException>(() => images.Train.Read(0)).Message);
    }

    private static byte[] Pixel(int value)
    {
        byte[] pixels = new byte[8 * 8 * 3];
        pixels.AsSpan().Fill((byte)value);
        return new Image(8, 8, 3, pixels).EncodePng();
    }

    private void Save(string name, int value)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Pixel(value));
    }

    private static string Packed(string root, string form)
    {
        if (form == "folder")
        {
            return root;
        }

        string path = Path.Combine(Directory.CreateTempSubdirectory("descent-tar-").FullName, form == "tar.gz" ? "set.tar.gz" : "set.tar");
        using FileStream file = File.Create(path);
        using Stream content = form == "tar.gz" ? new GZipStream(file, CompressionLevel.Optimal) : file;
        System.Formats.Tar.TarFile.CreateFromDirectory(root, content, includeBaseDirectory: form == "tar of a folder around");
        return path;
    }
}
