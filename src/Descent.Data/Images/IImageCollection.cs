namespace Descent;

/// <summary>Labelled images of any size that lie in files, in an archive or elsewhere, and are decoded when they are read.</summary>
/// <remarks>Thread-safe: several threads read different images, or the same one, at a time.</remarks>
public interface IImageCollection
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>What the labels 0, 1, … stand for.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>What a message calls an image: its path, in an archive that of the archive before it.</summary>
    string NameOf(int index);

    /// <summary>The class of an image, in [0, number of classes); reads no file.</summary>
    int Label(int index);

    /// <summary>Reads and decodes an image.</summary>
    /// <exception cref="DataFormatException">It is damaged, empty or no image; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    Image Read(int index);
}
