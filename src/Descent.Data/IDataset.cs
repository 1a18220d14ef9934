namespace Descent;

/// <summary>Labelled images, kept as bytes: what a network is trained, validated or tested on.</summary>
/// <remarks>Reading is thread-safe: batches are prepared beside the training loop.</remarks>
public interface IDataset
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Shape of one image: (C, H, W).</summary>
    Shape ImageShape { get; }

    /// <summary>What the labels 0, 1, … stand for.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How bytes become the numbers that a network sees: that of the training set, for the test set too.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>The bytes of one image, in the order of <see cref="ImageShape"/>.</summary>
    ReadOnlySpan<byte> Image(int index);

    /// <summary>The class of one image, in [0, number of classes).</summary>
    int Label(int index);
}
