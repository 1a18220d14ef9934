namespace Descent;

/// <summary>Images that are files of a folder or an archive.</summary>
internal sealed class TreeImages(IFileTree tree, int[] files, int[] labels, IReadOnlyList<string> classNames) : IImageCollection
{
    /// <inheritdoc/>
    public int Count => files.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => classNames;

    /// <inheritdoc/>
    public string NameOf(int index) => tree.NameOf(files[index]);

    /// <inheritdoc/>
    public int Label(int index) => labels[index];

    /// <inheritdoc/>
    public Image Read(int index)
    {
        ReadOnlyMemory<byte> content = tree.Read(files[index]);
        return content.IsEmpty
            ? throw new ImageFormatException(NameOf(index), 0, "the file is empty (0 bytes); delete it, or put the image there again.")
            : Image.Decode(content.Span, NameOf(index));
    }

    /// <summary>Some of these images, in the given order.</summary>
    public TreeImages Select(int[] indices) =>
        new(tree, [.. indices.Select(i => files[i])], [.. indices.Select(i => labels[i])], classNames);
}
