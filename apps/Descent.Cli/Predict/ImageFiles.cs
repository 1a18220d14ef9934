namespace Descent.Cli;

/// <summary>Image files that a person names: single ones, folders of them, and patterns such as <c>photos/*.jpg</c>.</summary>
internal sealed class ImageFiles(IReadOnlyList<string> paths, IReadOnlyList<string> classNames) : IImageCollection
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pbm", ".pgm", ".ppm", ".pnm"];

    public int Count => paths.Count;

    public IReadOnlyList<string> ClassNames => classNames;

    public string NameOf(int index) => paths[index];

    /// <summary>Nobody says what a file shows: the first class stands for that, and is not shown.</summary>
    public int Label(int index) => 0;

    public Image Read(int index) => Image.Read(paths[index]);

    /// <summary>The files that a text names, in the order of their names.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public static IEnumerable<string> Find(string input)
    {
        if (File.Exists(input))
        {
            return [input];
        }

        string[] found = Directory.Exists(input)
            ? [.. Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories).Where(IsImage)]
            : Path.GetFileName(input).AsSpan().ContainsAny('*', '?') && Directory.Exists(FolderOf(input))
                ? Directory.GetFiles(FolderOf(input), Path.GetFileName(input))
                : throw new UsageException(
                    $"INPUT '{input}' is no file, folder or pattern of files such as photos/*.jpg, and no position in the test images such as 7 or 0-9.");
        Array.Sort(found, StringComparer.Ordinal);
        return found.Length > 0 ? found : throw new UsageException($"INPUT '{input}' holds no image: {string.Join(", ", s_extensions)}.");
    }

    private static bool IsImage(string path) => s_extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    private static string FolderOf(string pattern) => Path.GetDirectoryName(pattern) is { Length: > 0 } folder ? folder : ".";
}
