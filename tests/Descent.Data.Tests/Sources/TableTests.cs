using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Descent;

/// <summary>Tables, NumPy archives, MATLAB files and the archives of CIFAR.</summary>
public sealed class TableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-table-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_gives_classes_by_the_values_of_its_label()
    {
        string path = Write("iris.csv", "id,length,\"width, cm\",species\n1,5.1,3.5,setosa\n2,4.9,3.0,\"virgi\"\"nica\"\n3,6.1,2.5,setosa\n4,4.0,3.3,\"virgi\"\"nica\"\n");
        DataSplits sets = DataSource.Parse($"csv:{path}:label=species,drop=id,test=0.5").Load(new Rng(1));
        Assert.Equal(["setosa", "virgi\"nica"], sets.Train.ClassNames);
        Assert.Equal((2, 2), (sets.Train.Count, sets.Test.Count));
        Assert.Equal(LearningTask.Classification, sets.Train.Task);
        Assert.Equal(new Shape(2), sets.Train.ImageShape);
    }

    [Fact]
    public void A_table_gives_numbers_to_learn_by_its_targets()
    {
        string path = Write("house.csv", "1;2;3\n4;5;6\n7;8;9\n10;11;12\n".Replace(';', ','));
        DataSplits sets = DataSource.Parse($"csv:{path}:target=3,header=no,test=0.25").Load(new Rng(1));
        Assert.Equal(LearningTask.Regression, sets.Train.Task);
        Assert.Equal(3, sets.Train.Count);
    }

    [Fact]
    public void Several_labels_are_classes_of_which_a_row_has_any_number()
    {
        string path = Write("shore.csv", "a,sea,b,sky\n1,0,2,1\n3,1,4,1\n5,0,6,0\n");
        DataSplits sets = DataSource.Parse($"csv:{path}:label=sky+sea,test=0.34").Load(new Rng(1));
        Assert.Equal((LearningTask.MultiLabel, 2, 1), (sets.Train.Task, sets.Train.Count, sets.Test.Count));
        Assert.Equal(["sky", "sea"], sets.Train.ClassNames);

        string archive = Path.Combine(_folder, "shore.npz");
        Zip(archive, ("x", Npy("|u1", "3, 2", [1, 2, 3, 4, 5, 6])), ("y", Npy("|b1", "3, 2", [1, 0, 1, 1, 0, 0])));
        Assert.Equal(LearningTask.MultiLabel, DataSource.Parse($"npz:{archive}:test=0.34").Load(new Rng(1)).Train.Task);
        Zip(archive, ("x", Npy("|u1", "3, 2", [1, 2, 3, 4, 5, 6])), ("y", Npy("|u1", "3, 2", [1, 0, 2, 1, 0, 0])));
        Assert.Equal(LearningTask.Regression, DataSource.Parse($"npz:{archive}:test=0.34").Load(new Rng(1)).Train.Task);
    }

    [Theory]
    [InlineData("a,b\n1,x\n2,y\n", "label=c", "c")]
    [InlineData("a,b\n1,x\nzwei,y\n", "label=b", "line 3")]
    [InlineData("a,b\n1,x\n2\n", "label=b", "line 3")]
    [InlineData("a,b\n1,x\n2,x\n", "label=b", "'x' in every row")]
    [InlineData("a,b,c\n1,0,1\n2,1,2\n", "label=b+c", "Target 2 of example 1, for 'c', is neither 0 nor 1")]
    [InlineData("a,b\n1,x\n2,y\n", "", "say what is to be learned")]
    [InlineData("a,b\n1,\"x\n2,y\n", "label=b", "line")]
    public void A_table_that_does_not_fit_is_refused_by_its_line(string text, string options, string message)
    {
        string path = Write("bad.csv", text);
        DataSource source = DataSource.Parse($"csv:{path}{(options.Length > 0 ? ":" + options : "")}");
        DataFormatException said = Assert.ThrowsAny<DataFormatException>(() => source.Load(new Rng(1)));
        Assert.Contains(message, said.Message);
        Assert.Contains("bad.csv", said.Message);
    }

    [Fact]
    public void NumPy_arrays_are_images_or_numbers()
    {
        string path = Path.Combine(_folder, "set.npz");
        byte[] pixels = [.. Enumerable.Range(0, 10 * 2 * 3 * 3).Select(i => (byte)i)];
        Zip(path, ("x", Npy("|u1", "10, 2, 3, 3", pixels)), ("y", Npy("<i8", "10,", [.. Enumerable.Range(0, 10).SelectMany(i => BitConverter.GetBytes((long)(i % 2)))])));
        DataSplits sets = DataSource.Parse($"npz:{path}:test=0.2").Load(new Rng(1));
        Assert.Equal(new Shape(3, 2, 3), sets.Train.ImageShape);
        Assert.Equal((8, 2), (sets.Train.Count, sets.Test.Count));

        byte[] numbers = [.. Enumerable.Range(0, 20).SelectMany(i => BitConverter.GetBytes((float)i))];
        Zip(path, ("x_train", Npy("<f4", "10, 2", numbers)), ("y_train", Npy("<f4", "10,", numbers[..40])),
            ("x_test", Npy("<f4", "10, 2", numbers)), ("y_test", Npy("<f4", "10,", numbers[..40])));
        sets = DataSource.Parse($"npz:{path}").Load(new Rng(1));
        Assert.Equal((LearningTask.Regression, 10, 10), (sets.Train.Task, sets.Train.Count, sets.Test.Count));
    }

    [Fact]
    public void NumPy_arrays_that_do_not_fit_are_refused()
    {
        string path = Path.Combine(_folder, "set.npz");
        Refuse("no zip archive", () => File.WriteAllText(path, "hello"));
        Refuse("there is no array 'y'", () => Zip(path, ("x", Npy("|u1", "1, 2", [1, 2]))));
        Refuse("is no NumPy array", () => Zip(path, ("x", [1, 2, 3, 4, 5, 6, 7, 8, 9]), ("y", Npy("|u1", "1,", [0]))));
        Refuse("do not fit together", () => Zip(path, ("x", Npy("|u1", "2, 1", [1, 2])), ("y", Npy("|u1", "1,", [0]))));
        Refuse("'x'", () => Zip(path, ("x", Npy("|u1", "2000000000, 1", [1, 2])), ("y", Npy("|u1", "1,", [0]))));
        Refuse("the header of 'x' is damaged, or its values are not numbers", () => Zip(path, ("x", Npy("|O8", "2, 1", [1, 2])), ("y", Npy("|u1", "1,", [0]))));

        void Refuse(string message, Action write)
        {
            write();
            Assert.Contains(message, Assert.ThrowsAny<DataFormatException>(() => DataSource.Parse($"npz:{path}").Load(new Rng(1))).Message);
        }
    }

    [Fact]
    public void House_numbers_are_read_from_matlab_files()
    {
        foreach (string name in new[] { "train_32x32.mat", "test_32x32.mat" })
        {
            // Column by column: the pixel (row 1, column 0) is the second.
            byte[] x = [.. Enumerable.Range(0, 2 * 3 * 3 * 2).Select(i => (byte)i)];
            Mat(name, compressed: name[0] == 't' && name[1] == 'r', ("X", [2, 3, 3, 2], x), ("y", [2, 1], [10, 3]));
        }

        (IDataset train, IDataset test) = DataSource.Parse($"svhn:{_folder}").Load(new Rng(1));
        Assert.Equal(new Shape(3, 2, 3), train.ImageShape);
        Assert.Equal([0, 3], [train.Label(0), train.Label(1)]);
        Assert.Equal([0, 2, 4, 1, 3, 5], train.Image(0)[..6].ToArray());
        Assert.Equal(train.Image(1).ToArray(), test.Image(1).ToArray());

        string path = Path.Combine(_folder, "train_32x32.mat");
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 9)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("train_32x32.mat", Assert.ThrowsAny<DataFormatException>(() => DataSource.Parse($"svhn:{_folder}").Load(new Rng(1))).Message);
        }
    }

    [Theory]
    [InlineData("cifar10", 1)]
    [InlineData("cifar100", 2)]
    public void Binary_batches_of_cifar_are_read(string set, int labelBytes)
    {
        string[] names = set == "cifar10" ? ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"] : ["train", "test"];
        foreach (string name in names)
        {
            byte[] record = new byte[labelBytes + 3072];
            (record[labelBytes - 1], record[labelBytes], record[^1]) = (7, 200, 100);
            File.WriteAllBytes(Path.Combine(_folder, name + ".bin"), [.. record, .. record]);
        }

        if (set == "cifar100")
        {
            File.WriteAllLines(Path.Combine(_folder, "fine_label_names.txt"), Enumerable.Range(0, 100).Select(i => $"class {i}"));
        }

        (IDataset train, IDataset test) = DataSource.Parse($"{set}:{_folder}").Load(new Rng(1));
        Assert.Equal((2 * (names.Length - 1), 2), (train.Count, test.Count));
        Assert.Equal(7, train.Label(1));
        Assert.Equal((200, 100), (train.Image(1)[0], train.Image(1)[^1]));
        Assert.Equal(set == "cifar10" ? "horse" : "class 7", train.ClassNames[7]);

        File.WriteAllBytes(Path.Combine(_folder, names[^1] + ".bin"), new byte[3000]);
        Assert.Contains("no records of", Assert.Throws<DataFormatException>(() => DataSource.Parse($"{set}:{_folder}").Load(new Rng(1))).Message);
    }

    [Fact]
    public void A_pickle_that_calls_something_is_refused()
    {
        // os.system("true"), as pickle writes it.
        byte[] bytes = Encoding.ASCII.GetBytes("cos\nsystem\n(S'true'\ntR.");
        Assert.Contains("os", Assert.Throws<DataFormatException>(() => Pickle.Read(bytes, "data_batch_1")).Message);
        Assert.ThrowsAny<DataFormatException>(() => Pickle.Read(new byte[] { 0x80, 2, (byte)'}' }, "data_batch_1"));
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static void Zip(string path, params (string Name, byte[] Bytes)[] arrays)
    {
        using FileStream file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in arrays)
        {
            using Stream entry = zip.CreateEntry($"{name}.npy").Open();
            entry.Write(bytes);
        }
    }

    private static byte[] Npy(string type, string sizes, byte[] values)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values];
    }

    private void Mat(string name, bool compressed, params (string Name, int[] Sizes, byte[] Values)[] arrays)
    {
        byte[] header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124), header);
        (header[125], header[126], header[127]) = (1, (byte)'I', (byte)'M');
        List<byte> file = [.. header];
        foreach ((string array, int[] sizes, byte[] values) in arrays)
        {
            byte[] body =
            [
                .. Element(6, [9, 0, 0, 0, 0, 0, 0, 0]),
                .. Element(5, [.. sizes.SelectMany(BitConverter.GetBytes)]),
                .. Element(1, Encoding.ASCII.GetBytes(array)),
                .. Element(2, values),
            ];
            byte[] matrix = Element(14, body);
            file.AddRange(compressed ? Element(15, PngFile.Compress(matrix), pad: false) : matrix);
        }

        File.WriteAllBytes(Path.Combine(_folder, name), [.. file]);
    }

    private static byte[] Element(int type, byte[] data, bool pad = true)
    {
        byte[] tag = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tag, type);
        BinaryPrimitives.WriteInt32LittleEndian(tag.AsSpan(4), data.Length);
        return [.. tag, .. data, .. new byte[pad ? -data.Length & 7 : 0]];
    }
}
