namespace Descent;

/// <summary>k-nearest neighbours: an example has the class that most of the k nearest known examples vote for.</summary>
/// <remarks>
/// The search is exact. Distances to all known examples are computed at once, for L2 as the matrix product in
/// <c>‖a − b‖² = ‖a‖² − 2·a·b + ‖b‖²</c> of data that is centred; those that f32 cannot tell apart from the k nearest are computed again in double.
/// Equal distances: the example that came first is nearer. Cover and Hart, "Nearest Neighbor Pattern Classification", 1967.
/// </remarks>
public sealed class NearestNeighbors
{
    /// <summary>A block of queries has about so many distances.</summary>
    private const int BlockSize = 1 << 22;

    /// <summary>
    /// So many numbers of queries stay in the second-level cache while the examples pass by once: for L1, which has no matrix product, memory is what
    /// takes time. Of 5,000 examples with 3,072 numbers each a query took 3 ms where the examples passed by for each.
    /// </summary>
    private const int CachedNumbers = 1 << 17;

    private readonly double[] _examples, _mean, _norms;
    private readonly long[] _labels;
    private readonly Tensor _centred, _squares;
    private readonly Device? _device;

    /// <summary>Keeps the known examples.</summary>
    /// <param name="examples">Shape (M, …), flattened to (M, D).</param>
    /// <param name="labels">A class for each, (M), at least 0.</param>
    /// <param name="metric">The distance.</param>
    /// <param name="device">Where distances are computed.</param>
    /// <exception cref="ShapeException">There is no example, or not one label for each.</exception>
    public NearestNeighbors(Tensor examples, Tensor labels, DistanceMetric metric = DistanceMetric.L2, Device? device = null)
    {
        if (examples.Rank < 2 || examples.Shape.Count == 0 || labels.Shape != new Shape(examples.Shape[0]) || labels.DType.IsFloat())
        {
            throw new ShapeException(
                $"nearest-neighbors: needs examples (M, …), at least one, and a class for each, (M), but they are {examples.Type} and {labels.Type}.");
        }

        (Metric, Count, Features, _device) = (metric, examples.Shape[0], (int)(examples.Shape.Count / examples.Shape[0]), device);
        _labels = labels.To(DType.I64).ToArray<long>();
        if (_labels.Min() < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(labels), _labels.Min(), "nearest-neighbors: a class is a number of at least 0.");
        }

        Classes = (int)_labels.Max() + 1;
        _examples = examples.Flatten().To(DType.F64).ToArray<double>();
        _mean = new double[Features];
        for (int i = 0; i < _examples.Length; i++)
        {
            _mean[i % Features] += _examples[i] / Count;
        }

        float[] centred = Centred(_examples);
        _centred = Tensor.From(centred, new(Count, Features), device);
        _squares = _centred.Square().Sum([1]).Realize();
        _norms = Norms(centred);
    }

    /// <summary>The distance.</summary>
    public DistanceMetric Metric { get; }

    /// <summary>The number of known examples, M.</summary>
    public int Count { get; }

    /// <summary>The numbers of an example, D.</summary>
    public int Features { get; }

    /// <summary>One more than the largest label.</summary>
    public int Classes { get; }

    /// <summary>The k nearest known examples of each query and their distances, nearest first.</summary>
    /// <remarks>Shapes: queries (N, …) → numbers (N, k) i64 and distances (N, k) f64.</remarks>
    /// <exception cref="ShapeException">A query has other sizes than the examples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is not from 1 to the number of examples.</exception>
    public (Tensor Neighbors, Tensor Distances) Find(Tensor queries, int k)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Require.Positive(k), Count);
        if (queries.Rank < 2 || queries.Shape.Count != (long)queries.Shape[0] * Features)
        {
            throw new ShapeException($"nearest-neighbors: a query has {Features} numbers as the examples, but they are {queries.Type}.");
        }

        int n = queries.Shape[0], rows = Metric == DistanceMetric.L1 ? Math.Min(BlockSize / Count, CachedNumbers / Features) : BlockSize / Count;
        rows = Math.Clamp(rows, 1, Math.Max(1, n));
        double[] exact = queries.Flatten().To(DType.F64).ToArray<double>(), distances = new double[n * k];
        long[] neighbors = new long[n * k];
        for (int first = 0; first < n; first += rows)
        {
            int count = Math.Min(rows, n - first);
            double[] block = exact[(first * Features)..((first + count) * Features)];
            float[] centred = Centred(block);
            float[] rough = Rough(Tensor.From(centred, new(count, Features), _device)).ToArray<float>();
            double[] norms = Norms(centred);
            for (int i = 0; i < count; i++)
            {
                Select(
                    rough.AsSpan(i * Count, Count), norms[i], block.AsSpan(i * Features, Features),
                    neighbors.AsSpan((first + i) * k, k), distances.AsSpan((first + i) * k, k));
            }
        }

        return (Tensor.From(neighbors, new(n, k), _device), Tensor.From(distances, new(n, k), _device));
    }

    /// <summary>How many of the k nearest known examples are of each class.</summary>
    /// <remarks>Shapes: queries (N, …) → votes (N, classes) i64.</remarks>
    /// <inheritdoc cref="Find" path="/exception"/>
    public Tensor Votes(Tensor queries, int k)
    {
        long[] neighbors = Find(queries, k).Neighbors.ToArray<long>(), votes = new long[neighbors.Length / k * Classes];
        for (int i = 0; i < neighbors.Length; i++)
        {
            votes[(i / k * Classes) + _labels[neighbors[i]]]++;
        }

        return Tensor.From(votes, new(neighbors.Length / k, Classes), _device);
    }

    /// <summary>The class with the most votes; of classes with equally many the smallest.</summary>
    /// <remarks>Shapes: queries (N, …) → classes (N) i64.</remarks>
    /// <inheritdoc cref="Find" path="/exception"/>
    public Tensor Predict(Tensor queries, int k = 1) => Votes(queries, k).ArgMax(1);

    /// <summary>Squared for L2; in f32.</summary>
    private Tensor Rough(Tensor queries) => Metric == DistanceMetric.L2
        ? queries.Square().Sum([1], keepDims: true) + _squares - (2 * queries.MatMul(_centred.T))
        : (_centred.Unsqueeze(1) - queries.Unsqueeze(0)).Abs().Sum([2]).T;

    private float[] Centred(double[] rows)
    {
        float[] result = new float[rows.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)(rows[i] - _mean[i % Features]);
        }

        return result;
    }

    /// <summary>‖x‖² for L2, Σ|x| for L1: what the rounding of a distance is relative to.</summary>
    private double[] Norms(float[] rows)
    {
        double[] result = new double[rows.Length / Features];
        for (int i = 0; i < rows.Length; i++)
        {
            result[i / Features] += Metric == DistanceMetric.L2 ? (double)rows[i] * rows[i] : Math.Abs(rows[i]);
        }

        return result;
    }

    /// <summary>
    /// The nearest of one query: whatever may be nearer than the k-th by the most that rounding can do is measured again.
    /// </summary>
    private void Select(ReadOnlySpan<float> rough, double norm, ReadOnlySpan<double> query, Span<long> neighbors, Span<double> distances)
    {
        // Both squares and the product sum D roundings each; a few more are those of the numbers as they became f32.
        double unit = 2 * (Features + 16) * Math.Pow(2, -24);
        distances.Fill(double.PositiveInfinity);
        for (int j = 0; j < rough.Length; j++)
        {
            Insert(rough[j] + (unit * (norm + _norms[j])), 0, distances, neighbors);
        }

        double most = distances[^1];
        distances.Fill(double.PositiveInfinity);
        for (int j = 0; j < rough.Length; j++)
        {
            // Not above, so that a distance that is no number is measured, and shows.
            if (!(rough[j] - (unit * (norm + _norms[j])) > most))
            {
                Insert(Distance(query, _examples.AsSpan(j * Features, Features)), j, distances, neighbors);
            }
        }
    }

    private double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = a[i] - b[i];
            sum += Metric == DistanceMetric.L2 ? difference * difference : Math.Abs(difference);
        }

        return Metric == DistanceMetric.L2 ? Math.Sqrt(sum) : sum;
    }

    /// <summary>Keeps the smallest distances in order; of equal ones that which came first.</summary>
    private static void Insert(double distance, long number, Span<double> distances, Span<long> neighbors)
    {
        if (!(distance < distances[^1]))
        {
            return;
        }

        int at = distances.Length - 1;
        for (; at > 0 && distance < distances[at - 1]; at--)
        {
            (distances[at], neighbors[at]) = (distances[at - 1], neighbors[at - 1]);
        }

        (distances[at], neighbors[at]) = (distance, number);
    }
}
