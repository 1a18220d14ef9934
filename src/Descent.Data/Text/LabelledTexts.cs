using System.Text;

namespace Descent;

/// <summary>
/// A folder of texts with a class each: one file <c>CLASS.txt</c> for each class, in which every line that is not empty is a text.
/// </summary>
/// <remarks>
/// A text is read as the bytes of its UTF-8, cut after <see cref="Steps"/> and filled up with 0, which occurs in no text. Every tenth text of a
/// class is for testing.
/// </remarks>
internal static class LabelledTexts
{
    /// <summary>Bytes of a text.</summary>
    internal const int Steps = 128;

    private const int TestEvery = 10, MostClasses = 256;

    /// <exception cref="DataFormatException">There are not two classes, or one has too few texts.</exception>
    public static (IDataset Train, IDataset Test) Load(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)];
        if (files.Length is < 2 or > MostClasses)
        {
            throw new DataFormatException(folder, 0,
                $"the folder holds {files.Length} files *.txt, but a set of texts has one for each of its 2 to {MostClasses} classes.");
        }

        var sets = new (List<byte> Characters, List<byte> Labels)[] { ([], []), ([], []) };
        for (int label = 0; label < files.Length; label++)
        {
            string[] lines = TextFile.Read(files[label]).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (lines.Length < TestEvery)
            {
                throw new DataFormatException(files[label], 0,
                    $"the file has {lines.Length} texts, one a line, but a class needs {TestEvery} or more, of which every tenth is for testing.");
            }

            for (int i = 0; i < lines.Length; i++)
            {
                (List<byte> characters, List<byte> labels) = sets[i % TestEvery == TestEvery - 1 ? 1 : 0];
                byte[] bytes = Encoding.UTF8.GetBytes(lines[i]);
                Array.Resize(ref bytes, Steps);
                characters.AddRange(bytes);
                labels.Add((byte)label);
            }
        }

        string[] names = [.. files.Select(file => Path.GetFileNameWithoutExtension(file))];
        return (Set(0), Set(1));

        TextDataset Set(int i) => new([.. sets[i].Characters], [.. sets[i].Labels], Steps, Shape.Scalar, names);
    }
}
