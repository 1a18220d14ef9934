using System.Text;

namespace Descent;

public sealed class TextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Windows_of_a_text_have_the_next_characters_as_labels()
    {
        string text = string.Concat(Enumerable.Range(0, 1000).Select(i => "aßc\n"[((i * 7) + (i * i / 3)) % 4]));
        (IDataset train, IDataset test) = Load(text);
        Assert.Equal(LearningTask.NextCharacter, train.Task);
        Assert.Equal(["\n", "a", "ß"], train.ClassNames.Except(["c"]));
        Assert.Equal((899 / 64, 99 / 64), (train.Count, test.Count));
        (Tensor windows, Tensor next) = train.InOrder(2).First();
        Assert.Equal((DType.U8, new Shape(2, 64)), (windows.DType, windows.Shape));
        byte[] characters = windows.ToArray<byte>();
        Assert.Equal(text[..128], string.Concat(characters.Select(c => train.ClassNames[c])));
        Assert.Equal(text[1..129], string.Concat(next.ToArray<int>().Select(c => train.ClassNames[c])));
    }

    [Fact]
    public void A_text_that_cannot_be_learned_from_is_refused()
    {
        Refuses("a tenth of it", "too short");
        Refuses("at most 256", string.Concat(Enumerable.Range(0x4E00, 1000).Select(c => (char)c)));
        File.WriteAllBytes(At("bytes"), [65, 66, 0xFF, 67]);
        Assert.Contains("byte 2: the text is not UTF-8", Assert.Throws<DataFormatException>(() => CharacterText.Load(At("bytes"))).Message);

        void Refuses(string message, string text) => Assert.Contains(message, Assert.Throws<DataFormatException>(() => Load(text)).Message);
    }

    [Fact]
    public void A_folder_holds_a_file_for_each_class_and_a_text_in_every_line()
    {
        File.WriteAllLines(At("bad.txt"), Enumerable.Range(0, 20).Select(i => $"no {i}"));
        File.WriteAllLines(At("good.txt"), Enumerable.Range(0, 10).Select(i => new string('ü', 100)));
        (IDataset train, IDataset test) = DataSource.Parse($"text:{_folder}").Load(new Rng(1));
        Assert.Equal(LearningTask.TextClassification, train.Task);
        Assert.Equal(["bad", "good"], train.ClassNames);
        Assert.Equal((27, 3), (train.Count, test.Count));
        Assert.Equal("no 9", Encoding.UTF8.GetString(test.Image(0)).TrimEnd('\0'));
        Assert.Equal((0, 1), (test.Label(1), test.Label(2)));
        Assert.Equal(Encoding.UTF8.GetBytes(new string('ü', 64)), train.Image(26));
    }

    [Fact]
    public void A_folder_needs_two_classes_of_ten_texts()
    {
        File.WriteAllText(At("one.txt"), "a\n");
        Assert.Contains("holds 1 files", Assert.Throws<DataFormatException>(() => LabelledTexts.Load(_folder)).Message);
        File.WriteAllText(At("two.txt"), "b\n");
        Assert.Contains("one.txt, byte 0: the file has 1 texts", Assert.Throws<DataFormatException>(() => LabelledTexts.Load(_folder)).Message);
    }

    private (IDataset Train, IDataset Test) Load(string text)
    {
        File.WriteAllText(At("text"), text);
        return CharacterText.Load(At("text"));
    }

    private string At(string name) => Path.Combine(_folder, name);
}
