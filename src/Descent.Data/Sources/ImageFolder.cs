using System.Globalization;

namespace Descent;

/// <summary>Images in folders that are named after their classes; a folder, a <c>.tar</c> or a <c>.tar.gz</c>, which is read in place.</summary>
/// <remarks>
/// Layout: <c>CLASS/…/IMAGE</c>, or <c>train/CLASS/…/IMAGE</c> beside <c>val</c> (<c>valid</c>, <c>validation</c>) and <c>test</c>; a single
/// folder around all that is passed through. Classes are in ordinal order of their names. Without <c>test</c>, <c>val</c> is what is tested on;
/// without both a part of each class is set aside. Images are decoded when they are read, so that opening a large folder costs its listing.
/// </remarks>
public static class ImageFolder
{
    /// <summary>Finds the images and their classes; decodes none.</summary>
    /// <param name="path">The folder or the archive.</param>
    /// <param name="parts">What is set aside where the folder has no splits.</param>
    /// <exception cref="FileNotFoundException">There is nothing of that name.</exception>
    /// <exception cref="DataFormatException">The archive is damaged, or there are not two classes with images.</exception>
    public static ImageSplits Open(string path, SplitParts? parts = null) => Open(FileTree.Open(path), (parts ?? new()).Checked());

    internal static ImageSplits Open(IFileTree tree, SplitParts parts)
    {
        var layout = new ClassFolders(tree);
        string[] classes = [.. layout.ClassesOf("train")];
        if (classes.Length < 2)
        {
            throw new DataFormatException(tree.Name, classes.Length == 0
                ? "no image lies in a folder named after a class. Expected are CLASS/IMAGE or train/CLASS/IMAGE, test/CLASS/IMAGE, with "
                    + $"images {ImageEndings.Common}.{(layout.Notes.Count > 0 ? " Of what is there: " : "")}{string.Join(' ', layout.Notes)}"
                : $"all images are of one class, '{classes[0]}'; to tell classes apart takes two folders or more.");
        }

        Dictionary<string, int> labels = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        TreeImages? train = Images("train"), validation = Images("val"), test = Images("test");
        var notes = new List<string>([.. tree.Notes, .. layout.Notes, .. Warnings(classes)]);
        if (test is null && validation is not null)
        {
            notes.Add($"{tree.Name} has no test images: its validation images are tested on, and a part of the training images validates.");
            (validation, test) = (null, validation);
        }

        if (test is null)
        {
            (int[] kept, int[] aside, int[] tested) = parts.Divide([.. Enumerable.Range(0, train!.Count).Select(train.Label)]);
            if (tested.Length == 0)
            {
                throw new DataFormatException(tree.Name, "each class has one image only; one to train on and one to test takes two.");
            }

            (test, validation) = (train.Select(tested), aside.Length > 0 ? train.Select(aside) : null);
            train = train.Select(kept);
        }

        return new(train!, validation, test, notes);

        TreeImages? Images(string split)
        {
            IReadOnlyList<(int File, string Class)> images = layout.ImagesOf(split);
            if (images.Count == 0)
            {
                return null;
            }

            string? unknown = images.Select(image => image.Class).FirstOrDefault(name => !labels.ContainsKey(name));
            return unknown is null
                ? new(tree, [.. images.Select(image => image.File)], [.. images.Select(image => labels[image.Class])], classes)
                : throw new DataFormatException(tree.Name,
                    $"the class '{unknown}' has images in {layout.FolderOf(split)}, but none in {layout.FolderOf("train")}; did you mean "
                    + $"'{NearestName.To(unknown, classes)}'?");
        }
    }

    private static IEnumerable<string> Warnings(string[] classes) => classes
        .GroupBy(name => name.ToLower(CultureInfo.InvariantCulture), StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"The classes {string.Join(" and ", group.Select(name => $"'{name}'"))} differ only in case; they are taken for different classes.");
}
