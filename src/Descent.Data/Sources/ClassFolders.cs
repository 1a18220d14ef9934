using System.Collections.Frozen;

namespace Descent;

/// <summary>Which files of a tree are images, of which split and of which class.</summary>
internal sealed class ClassFolders
{
    private static readonly FrozenDictionary<string, string> s_splits = new Dictionary<string, string>
    {
        ["train"] = "train",
        ["training"] = "train",
        ["val"] = "val",
        ["valid"] = "val",
        ["validation"] = "val",
        ["test"] = "test",
        ["testing"] = "test",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly IFileTree _tree;
    private readonly Dictionary<string, string> _folders = [];
    private readonly Dictionary<string, List<(int File, string Class)>> _images = [];
    private readonly List<string> _notes = [];

    public ClassFolders(IFileTree tree)
    {
        _tree = tree;
        string root = Root();
        string[] below = [.. TopFolders(root)];
        if (below.Any(name => s_splits.GetValueOrDefault(name) == "train"))
        {
            FindSplits(root, below);
        }
        else
        {
            _folders["train"] = root;
        }

        Sort();
    }

    /// <summary>What was left out or looks like a mistake.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The images of <c>train</c>, <c>val</c> or <c>test</c>, in the tree's order; without splits all are of <c>train</c>.</summary>
    public IReadOnlyList<(int File, string Class)> ImagesOf(string split) => _images.GetValueOrDefault(split) ?? [];

    /// <summary>The classes that have images in a split, in ordinal order.</summary>
    public IEnumerable<string> ClassesOf(string split) =>
        ImagesOf(split).Select(image => image.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>What a message calls the folder of a split.</summary>
    public string FolderOf(string split) => _folders[split].TrimEnd('/') is { Length: > 0 } folder ? folder : _tree.Name;

    /// <summary>Passes through a single folder that wraps all others: the way in, ending with / where it is not empty.</summary>
    private string Root()
    {
        string root = "";
        while (TopFolders(root).Take(2).ToArray() is [string only] && !s_splits.ContainsKey(only)
            && !_tree.Files.Any(file => IsImageIn(file, root) || IsImageIn(file, $"{root}{only}/"))
            && TopFolders($"{root}{only}/").Any())
        {
            root = $"{root}{only}/";
        }

        return root;
    }

    private static bool IsImageIn(string file, string folder) =>
        file.StartsWith(folder, StringComparison.Ordinal) && file.IndexOf('/', folder.Length) < 0 && ImageEndings.IsImage(file);

    private IEnumerable<string> TopFolders(string root)
    {
        IEnumerable<string> names = _tree.Files.Concat(_tree.EmptyFolders.Select(folder => folder + "/"))
            .Where(path => path.StartsWith(root, StringComparison.Ordinal) && path.IndexOf('/', root.Length) > 0)
            .Select(path => path[root.Length..path.IndexOf('/', root.Length)]);
        return names.Distinct(StringComparer.Ordinal);
    }

    private void FindSplits(string root, string[] below)
    {
        var others = new List<string>();
        foreach (string name in below)
        {
            if (!s_splits.TryGetValue(name, out string? split))
            {
                others.Add(name);
            }
            else if (!_folders.TryAdd(split, $"{root}{name}/"))
            {
                throw new DataFormatException(_tree.Name, $"the folders {_folders[split].TrimEnd('/')} and {root}{name} are both for '{split}'; merge them or rename one.");
            }
        }

        if (others.Count > 0)
        {
            _notes.Add($"Beside the split folders {Some(others)} lie and are left out ({_tree.Name}).");
        }
    }

    private void Sort()
    {
        var strangers = new List<string>();
        var loose = new List<string>();
        foreach ((int file, string path) in _tree.Files.Index())
        {
            KeyValuePair<string, string> split = _folders.FirstOrDefault(folder => path.StartsWith(folder.Value, StringComparison.Ordinal));
            if (split.Key is null)
            {
                if (!path.Contains('/', StringComparison.Ordinal))
                {
                    loose.Add(path);
                }

                continue;
            }

            int slash = path.IndexOf('/', split.Value.Length);
            if (!ImageEndings.IsImage(path))
            {
                strangers.Add(path);
            }
            else if (slash < 0)
            {
                loose.Add(path);
            }
            else
            {
                List<(int, string)> images = _images.TryGetValue(split.Key, out List<(int, string)>? known) ? known : _images[split.Key] = [];
                images.Add((file, path[split.Value.Length..slash]));
            }
        }

        if (strangers.Count > 0)
        {
            _notes.Add($"{Count(strangers, "file is no image by its name and is", "files are no images by their names and are")} left out: {Some(strangers)} ({_tree.Name}).");
        }

        if (loose.Count > 0)
        {
            _notes.Add($"{Count(loose, "file lies in no folder of a class and is", "files lie in no folder of a class and are")} left out: {Some(loose)} ({_tree.Name}).");
        }

        foreach ((string split, string folder) in _folders)
        {
            var withImages = ClassesOf(split).ToHashSet(StringComparer.Ordinal);
            foreach (string name in TopFolders(folder).Where(name => !withImages.Contains(name)))
            {
                _notes.Add($"The folder {folder}{name} holds no image: the class '{name}' is left out{(split == "train" ? "" : " there")} ({_tree.Name}).");
            }
        }
    }

    private static string Count(List<string> files, string one, string many) => files.Count == 1 ? $"1 {one}" : $"{files.Count} {many}";

    private static string Some(List<string> names) => names.Count <= 3
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";
}
