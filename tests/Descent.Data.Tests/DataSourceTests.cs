namespace Descent;

public sealed class DataSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-sources-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("digits", "digits", null)]
    [InlineData("mnist", "mnist", null)]
    [InlineData("mnist:some/folder", "mnist", "some/folder")]
    [InlineData("idx:c:\\data", "idx", "c:\\data")]
    public void Kind_and_path_are_told_apart_at_the_first_colon(string text, string kind, string? path)
    {
        DataSource source = DataSource.Parse(text);
        Assert.Equal((kind, path), (source.Kind, source.Path));
        Assert.Equal(text, source.ToString());
    }

    [Theory]
    [InlineData("digit", "did you mean 'digits'?")]
    [InlineData("minst", "did you mean 'mnist'?")]
    [InlineData("MNIST", "did you mean 'mnist'?")]
    [InlineData("fashion", "did you mean 'fashion-mnist'?")]
    [InlineData("idx3:folder", "did you mean 'idx'?")]
    [InlineData("", "Known are digits, shapes, mnist, fashion-mnist, kmnist, cifar10, cifar100, svhn, folder:PATH")]
    [InlineData("idx", "needs the folder")]
    [InlineData("idx:", "A path is missing")]
    [InlineData("mnist:", "A path is missing")]
    [InlineData("digits:folder", "drawn, not read")]
    public void What_cannot_be_meant_is_refused_with_what_can(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => DataSource.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_named_set_is_looked_for_in_every_place_and_missed_in_one_message()
    {
        string[] places = [.. new[] { "option", "shared", "cache" }.Select(name => Path.Combine(_folder, name))];
        string message = Assert.Throws<DirectoryNotFoundException>(() => Mnist.Find(places[0], Environment(places[1], places[2]))).Message;
        Assert.Contains(places[0], message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(places[0], "mnist"), message, StringComparison.Ordinal);
        Assert.Contains(places[1], message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(places[2], "descent", "mnist"), message, StringComparison.Ordinal);
        Assert.Contains(Mnist.Mirrors[0], message, StringComparison.Ordinal);

        // From the last place to the first, each found one hides those behind it.
        string[] fromLast = [Path.Combine(places[2], "descent", "mnist"), places[1], places[0], Path.Combine(places[0], "mnist")];
        foreach (string folder in fromLast)
        {
            IdxSets.Write(folder);
            Assert.Equal(folder, Mnist.Find(places[0], Environment(places[1], places[2])));
        }
    }

    [Fact]
    public void A_folder_named_after_another_set_is_not_taken_for_this_one()
    {
        string folder = Path.Combine(_folder, "fashion-mnist");
        IdxSets.Write(folder);
        Assert.Throws<DirectoryNotFoundException>(() => Mnist.Find(folder, _ => _folder + "/nowhere"));
        Assert.Equal(folder, NamedSet.All.First(set => set.Name == "fashion-mnist").Find(folder + "/", _ => null).TrimEnd((char)47));
    }

    [Fact]
    public void Without_a_cache_variable_the_users_cache_is_searched() =>
        Assert.Contains(
            Path.Combine(".cache", "descent", "mnist"),
            Assert.Throws<DirectoryNotFoundException>(() => Mnist.Find(_folder, _ => null)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_read_with_its_own_classes_and_the_training_sets_preprocessing()
    {
        IdxSets.Write(_folder);
        (IDataset train, IDataset test) = DataSource.Parse($"idx:{_folder}").Load(new Rng(1));
        Assert.Equal((6, 3), (train.Count, test.Count));
        Assert.Equal(new Shape(1, 2, 2), train.ImageShape);
        Assert.Equal(["0", "1", "2"], train.ClassNames);
        Assert.Equal([4, 5, 6, 7], train.Image(1).ToArray());
        Assert.Equal(2, test.Label(2));
        Assert.Same(train.Preprocessing, test.Preprocessing);
    }

    [Fact]
    public void Files_that_do_not_fit_together_are_refused()
    {
        Refused(new IdxSets { TrainLabels = [0, 1, 2, 0, 1] }, "train-images-idx3-ubyte", 4, "6 images, but");
        Refused(new IdxSets { TrainLabels = [0, 1, 200, 0, 1, 2] }, "train-labels-idx1-ubyte", 10, "label 200 at position 2,");
        Refused(new IdxSets { TestLabels = [0, 1, 3] }, "t10k-labels-idx1-ubyte", 10, "label 3 at position 2, expected 0 to 2");
        Refused(new IdxSets { TestSide = 3 }, "t10k-images-idx3-ubyte", 8, "3 × 3 pixels, the training images 2 × 2");
        IdxSets.Write(_folder);
        string plain = Path.Combine(_folder, "t10k-labels-idx1-ubyte");
        File.Delete(plain);
        string message = Assert.Throws<FileNotFoundException>(() => Load()).Message;
        Assert.Contains("neither t10k-labels-idx1-ubyte.gz nor t10k-labels-idx1-ubyte", message, StringComparison.Ordinal);
        File.Copy(Path.Combine(_folder, "t10k-images-idx3-ubyte"), plain);
        message = Assert.Throws<DataFormatException>(() => Load()).Message;
        Assert.Contains("were the image and label files exchanged?", message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => DataSource.Parse($"idx:{_folder}/absent").Load(new Rng(1)));
    }

    [Fact]
    public void Published_sets_load()
    {
        string data = Path.Combine(IdxSets.Repository(), "..", "shared", "data");
        Assert.SkipUnless(Directory.Exists(Path.Combine(data, "mnist")), $"{data} is absent.");
        (IDataset train, IDataset test) = DataSource.Parse("mnist").Load(new Rng(1), new DataOptions { Directory = Path.Combine(data, "mnist") });
        Assert.Equal((60_000, 10_000), (train.Count, test.Count));
        Assert.Equal([5, 0, 4, 1, 9], Enumerable.Range(0, 5).Select(train.Label));
        Assert.Equal([7, 2, 1, 0, 4], Enumerable.Range(0, 5).Select(test.Label));
        // The figures that everyone uses for MNIST.
        Assert.Equal(0.1307, Assert.Single(train.Preprocessing.Mean), 4);
        Assert.Equal(0.3081, Assert.Single(train.Preprocessing.Deviation), 4);

        (train, _) = DataSource.Parse("fashion-mnist").Load(new Rng(1), new DataOptions { Directory = data });
        Assert.Equal("Ankle boot", train.ClassNames[train.Label(0)]);
        Assert.Equal(0.2860, Assert.Single(train.Preprocessing.Mean), 4);
        Assert.Throws<DirectoryNotFoundException>(() => DataSource.Parse("fashion-mnist").Load(new Rng(1), new DataOptions
        {
            Directory = Path.Combine(data, "mnist"), Download = false,
        }));
    }

    private static NamedSet Mnist => NamedSet.All[0];

    private static Func<string, string?> Environment(string data, string cache) =>
        name => name switch { "DESCENT_DATA" => data, "XDG_CACHE_HOME" => cache, _ => null };

    private DataSplits Load() => DataSource.Parse($"idx:{_folder}").Load(new Rng(1));

    private void Refused(IdxSets set, string file, long offset, string expected)
    {
        set.WriteTo(_folder);
        DataFormatException error = Assert.Throws<DataFormatException>(() => Load());
        Assert.Equal(Path.Combine(_folder, file), error.File);
        Assert.Equal(offset, error.Offset);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
