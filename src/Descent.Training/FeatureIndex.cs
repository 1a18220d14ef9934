namespace Descent;

/// <summary>Images by what a network sees in them: finds those whose features lie nearest to an image's, whatever its pixels are.</summary>
/// <remarks>
/// Features are what the network's last affine layer reads; distances between them are Euclidean, and the search is exact
/// (<see cref="NearestNeighbors"/>).
/// Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", NIPS 2012, section 6.1.
/// </remarks>
public sealed class FeatureIndex
{
    private readonly IFeatureExtractor _extractor;
    private readonly Device _device;
    private readonly int _batchSize;
    private readonly NearestNeighbors _neighbors;

    /// <summary>Computes the features of every image of a data set.</summary>
    /// <param name="model">In evaluation mode; an <see cref="IFeatureExtractor"/>.</param>
    /// <param name="data">What is searched.</param>
    /// <param name="batchSize">Images at a time.</param>
    /// <exception cref="ArgumentException">The network does not say what its features are, or the data set is empty.</exception>
    /// <exception cref="InvalidOperationException">The network is in training mode.</exception>
    public FeatureIndex(Layer model, IDataset data, int batchSize = 250)
    {
        _extractor = model as IFeatureExtractor ?? throw new ArgumentException(
            $"FeatureIndex: {model.GetType().Name} does not say what its features are: it is no IFeatureExtractor.", nameof(model));
        if (model.IsTraining)
        {
            throw new InvalidOperationException("FeatureIndex: the network is in training mode; call model.Eval() first.");
        }

        if (data.Count == 0)
        {
            throw new ArgumentException("FeatureIndex: the data set is empty.", nameof(data));
        }

        (_device, _batchSize) = (model.Parameters()[0].Read().Device, batchSize);
        Tensor labels = Tensor.From<int>([.. Enumerable.Range(0, data.Count).Select(data.Label)], new(data.Count), _device);
        _neighbors = new(FeaturesOf(data), labels, device: _device);
    }

    /// <summary>The k nearest images to each image of another data set, and their distances, nearest first.</summary>
    /// <remarks>Shapes: numbers (N, k) i64 and distances (N, k) f64, N images of the queries.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">k is not from 1 to the number of images that are searched.</exception>
    public (Tensor Neighbors, Tensor Distances) Find(IDataset queries, int k) => _neighbors.Find(FeaturesOf(queries), k);

    /// <summary>(N, D).</summary>
    private Tensor FeaturesOf(IDataset data)
    {
        var features = new List<float>();
        foreach ((Tensor images, Tensor _) in data.InOrder(_batchSize, _device))
        {
            features.AddRange(_extractor.ForwardFeatures(images).ToArray<float>());
        }

        return Tensor.From(features.ToArray(), new(data.Count, features.Count / data.Count), _device);
    }
}
