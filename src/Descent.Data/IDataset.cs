namespace Descent;

/// <summary>Labelled images or texts, kept as bytes: what a network is trained, validated or tested on.</summary>
/// <remarks>Reading is thread-safe: batches are prepared beside the training loop.</remarks>
public interface IDataset
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Shape of one image: (C, H, W). Of one text: (T).</summary>
    Shape ImageShape { get; }

    /// <summary>Shape of an image's labels: a scalar for its class, (H, W) for those of its pixels, (T) for those of a text's characters.</summary>
    Shape LabelShape => Shape.Scalar;

    /// <summary>What a network gets: f32 as <see cref="Preprocessing"/> makes it, or u8, the bytes as they are, as numbers of characters.</summary>
    DType InputType => DType.F32;

    /// <summary>What the labels 0, 1, … stand for.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How bytes become the numbers that a network sees: that of the training set, for the test set too.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>The bytes of one image, in the order of <see cref="ImageShape"/>.</summary>
    ReadOnlySpan<byte> Image(int index);

    /// <summary>The class of one image, in [0, number of classes); the first where it has several labels.</summary>
    int Label(int index);

    /// <summary>All labels of one image, in the order of <see cref="LabelShape"/>.</summary>
    void ReadLabels(int index, Span<int> labels) => labels[0] = Label(index);
}
