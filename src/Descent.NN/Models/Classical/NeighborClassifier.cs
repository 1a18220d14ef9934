namespace Descent;

/// <summary>k-nearest neighbours as a layer whose known examples are saved with it: the logarithms of the shares of votes are its logits.</summary>
/// <remarks>
/// Shapes: x (N, …), flattened to (N, in) → (N, K). It has no parameters: <see cref="Fit"/> keeps the examples. A class without a vote has the logit
/// ln 10⁻⁶. It searches on the host, so that it is no part of a compiled step. All else as <see cref="NearestNeighbors"/>.
/// </remarks>
/// <param name="examples">How many it keeps, at least 1.</param>
/// <param name="inFeatures">Numbers of an example.</param>
/// <param name="classes">K.</param>
/// <param name="k">How many vote; all where there are fewer examples.</param>
/// <param name="metric">The distance.</param>
/// <param name="device">Where distances are computed.</param>
public sealed partial class NeighborClassifier(
    int examples, int inFeatures, int classes, int k = 5, DistanceMetric metric = DistanceMetric.L2, Device? device = null) : Layer
{
    private const double LeastShare = 1e-6;

    private (long Version, NearestNeighbors Search)? _search;

    /// <summary>Shape (examples, in).</summary>
    public Buffer Examples { get; } = new(Tensor.Zeros(new(Require.Positive(examples), Require.Positive(inFeatures)), device: device));

    /// <summary>A class for each, (examples), i32.</summary>
    public Buffer Labels { get; } = new(Tensor.Zeros(new(examples), DType.I32, device));

    /// <summary>How many vote.</summary>
    public int K { get; } = Require.Positive(k);

    /// <inheritdoc/>
    protected internal override bool ReadsValues => true;

    /// <summary>Keeps the examples.</summary>
    /// <param name="inputs">Example after example, as many as were announced.</param>
    /// <param name="labels">A class for each.</param>
    public void Fit(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels)
    {
        Examples.Write(inputs);
        Labels.Write(labels);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Logits(Shares(x, [Math.Min(K, Labels.Shape[0])])[0]);

    /// <summary>The logits of shares of votes, whose softmax they are, in their shape.</summary>
    public static Tensor Logits(Tensor shares) => shares.Max(LeastShare).Log();

    /// <summary>The share of each class in the votes of the nearest 1, 3, … examples, from one search.</summary>
    /// <remarks>Shapes: x (N, …) → for each number of voters (N, K).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many examples.</exception>
    public IReadOnlyList<Tensor> Shares(Tensor x, IReadOnlyList<int> voters)
    {
        int most = voters.Max(), count = x.Shape[0];
        long[] neighbors = Search().Find(x, most).Neighbors.ToArray<long>();
        int[] labels = Labels.ToArray<int>();
        return [.. voters.Select(some =>
        {
            float[] shares = new float[count * classes];
            for (int i = 0; i < count; i++)
            {
                for (int near = 0; near < some; near++)
                {
                    shares[(i * classes) + labels[neighbors[(i * most) + near]]] += 1f / some;
                }
            }

            return Tensor.From(shares, new(count, classes), x.Device);
        })];
    }

    private NearestNeighbors Search()
    {
        long version = Examples.Version + Labels.Version;
        if (_search?.Version != version)
        {
            _search = (version, new NearestNeighbors(Examples, Labels, metric, device));
        }

        return _search.Value.Search;
    }
}
