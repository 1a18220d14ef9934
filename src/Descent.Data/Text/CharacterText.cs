using System.Text;

namespace Descent;

/// <summary>A text as a source of next characters: windows of it, each with the same window one character later as its labels.</summary>
/// <remarks>The first nine tenths are for training, the rest for testing. Its classes are the characters that occur, in order of their code.</remarks>
internal static class CharacterText
{
    /// <summary>Characters of a window: as far back as a network learns to look.</summary>
    internal const int Steps = 64;

    private const int MostCharacters = 256;
    private const double TrainPart = 0.9;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is no UTF-8, too short, or has too many different characters.</exception>
    public static (IDataset Train, IDataset Test) Load(string path)
    {
        Rune[] runes = [.. TextFile.Read(path).EnumerateRunes()];
        Rune[] vocabulary = [.. runes.Distinct().Order()];
        if (vocabulary.Length > MostCharacters)
        {
            throw new DataFormatException(path, 0,
                $"the text has {vocabulary.Length} different characters, but at most {MostCharacters} can be told apart; replace the rare ones.");
        }

        int trainCount = (int)(TrainPart * runes.Length);
        if (runes.Length - trainCount <= Steps)
        {
            int least = (int)((Steps + 1) / (1 - TrainPart)) + 1;
            throw new DataFormatException(path, 0,
                $"the text has {runes.Length} characters, but a tenth of it, which is for testing, needs {Steps + 1}: give {least} or more.");
        }

        Dictionary<Rune, byte> number = vocabulary.Select((rune, i) => (rune, i)).ToDictionary(pair => pair.rune, pair => (byte)pair.i);
        byte[] characters = [.. runes.Select(rune => number[rune])];
        string[] names = [.. vocabulary.Select(rune => rune.ToString())];
        return (Windows(characters[..trainCount]), Windows(characters[trainCount..]));

        TextDataset Windows(byte[] text)
        {
            int length = (text.Length - 1) / Steps * Steps;
            return new(text[..length], text[1..(length + 1)], Steps, new Shape(Steps), names);
        }
    }
}
