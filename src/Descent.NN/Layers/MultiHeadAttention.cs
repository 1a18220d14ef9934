namespace Descent;

/// <summary>
/// Attention with several heads: <c>y = concat(softmax(Qₕ·Kₕᵀ / √d)·Vₕ)·Wᵀ + b</c> over heads h, where Q, K and V are affine maps of query,
/// key and value.
/// </summary>
/// <remarks>
/// Shapes: query (N, T, D), key and value (N, S, D) → y (N, T, D); each head has d = D / heads. Init: Xavier uniform for the three maps
/// together, Kaiming uniform with bound 1/√D for the last (as PyTorch), or <c>init</c> for both; biases 0. State names as PyTorch.
/// Numerics: a query that may attend to nothing gives NaN. Where something is hidden and no weight is dropped, the scores are never all in
/// memory.
/// Vaswani et al., "Attention Is All You Need", NeurIPS 2017.
/// </remarks>
/// <param name="width">D.</param>
/// <param name="heads">A divisor of D.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="bias">Whether the maps have biases.</param>
/// <param name="dropout">The part of attention weights that training drops, in [0, 1).</param>
/// <param name="causal">Whether position t attends to positions up to t alone.</param>
/// <param name="init">How the matrices begin.</param>
/// <exception cref="ArgumentException">width is not a multiple of heads.</exception>
public sealed partial class MultiHeadAttention(
    int width, int heads, Rng rng, bool bias = true, double dropout = 0, bool causal = false, Initializer? init = null) : Layer
{
    private readonly int _headWidth = Require.Positive(Require.Multiple(width, of: heads), nameof(width)) / heads;
    private readonly Dropout _dropout = new(dropout, rng);

    /// <summary>The maps to Q, K and V one below the other, shape (3·D, D).</summary>
    public Parameter InProjWeight { get; } = new(init is null
        ? Init.XavierUniform(new(3 * width, width), fanIn: width, fanOut: 3 * width, rng)
        : init(new(3 * width, width), width, rng));

    /// <summary>Shape (3·D); null when built with <c>bias: false</c>.</summary>
    public Parameter? InProjBias { get; } = bias ? new(Tensor.Zeros(new(3 * width), device: rng.Device)) : null;

    /// <summary>D → D, over the heads put side by side.</summary>
    public Linear OutProj { get; } =
        new(width, width, rng, bias, init ?? (static (shape, fanIn, rng) => Init.KaimingUniform(shape, fanIn, rng)));

    /// <summary>Self-attention: x is query, key and value.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, x, x);

    /// <summary>Attention of the query's positions to the key's.</summary>
    /// <param name="query">(N, T, D).</param>
    /// <param name="key">(N, S, D).</param>
    /// <param name="value">(N, S, D).</param>
    /// <param name="mask">
    /// Broadcasts to (N, heads, T, S): bool, true where a query sees a key (PyTorch's module says where it does not), or numbers that are
    /// added to the scores.
    /// </param>
    /// <exception cref="ShapeException">The shapes do not fit each other or the layer.</exception>
    public Tensor Forward(Tensor query, Tensor key, Tensor value, Tensor? mask = null)
    {
        MustBeSequences(query, "query");
        MustBeSequences(key, "key");
        MustBeSequences(value, "value");
        if (key.Shape != value.Shape || key.Shape[0] != query.Shape[0])
        {
            throw new ShapeException(
                $"MultiHeadAttention: query {query.Shape}, key {key.Shape} and value {value.Shape} must agree in the batch, and key and value "
                + "in all axes.");
        }

        (Tensor q, Tensor k, Tensor v) = ReferenceEquals(query, key) && ReferenceEquals(key, value)
            ? Packed(query)
            : (Heads(Map(query, 0)), Heads(Map(key, 1)), Heads(Map(value, 2)));
        bool drops = IsTraining && dropout > 0;
        Tensor y = drops || (mask is null && !causal)
            ? _dropout.Forward(Scores(q, k, mask).Softmax()).MatMul(v)
            : Tensor.Attention(q, k, v, mask, causal);
        return OutProj.Forward(y.Permute(0, 2, 1, 3).Reshape(query.Shape));
    }

    /// <summary>All scores at once, (N, heads, T, S): where weights are dropped one by one, and where nothing is hidden.</summary>
    private Tensor Scores(Tensor q, Tensor k, Tensor? mask)
    {
        Tensor scores = (q * (1 / Math.Sqrt(_headWidth))).MatMul(k.T);
        if (causal)
        {
            scores = Seen(scores, Past(scores.Shape[^2], scores.Shape[^1], scores.Device));
        }

        return mask is null ? scores : mask.DType == DType.Bool ? Seen(scores, mask) : scores + mask;
    }

    /// <summary>All three maps as one product.</summary>
    private (Tensor Q, Tensor K, Tensor V) Packed(Tensor x)
    {
        Tensor all = x.MatMul(InProjWeight.T);
        all = InProjBias is null ? all : all + InProjBias;
        all = all.Reshape(x.Shape[0], x.Shape[1], 3, heads, _headWidth).Permute(2, 0, 3, 1, 4); // (3, N, heads, T, d)
        return (Part(0), Part(1), Part(2));

        Tensor Part(int index) => all.Narrow(0, index, 1).Squeeze(0);
    }

    private Tensor Map(Tensor x, int index)
    {
        Tensor y = x.MatMul(InProjWeight.Read().Narrow(0, index * width, width).T);
        return InProjBias is null ? y : y + InProjBias.Read().Narrow(0, index * width, width);
    }

    /// <summary>(N, T, D) → (N, heads, T, d).</summary>
    private Tensor Heads(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], heads, _headWidth).Permute(0, 2, 1, 3);

    private static Tensor Seen(Tensor scores, Tensor mask) =>
        Tensor.Select(mask, scores, Tensor.Scalar(double.NegativeInfinity, scores.DType, scores.Device));

    /// <summary>True on and below the diagonal: shape (T, S).</summary>
    private static Tensor Past(int queries, int keys, Device device)
    {
        bool[] isPast = new bool[queries * keys];
        for (int t = 0; t < queries; t++)
        {
            isPast.AsSpan(t * keys, keys)[..Math.Min(t + 1, keys)].Fill(true);
        }

        return Tensor.From(isPast, new(queries, keys), device);
    }

    private void MustBeSequences(Tensor x, string name)
    {
        if (x.Rank != 3 || x.Shape[2] != width)
        {
            throw new ShapeException($"MultiHeadAttention: {name} must be (N, T, {width}), but it is {x.Type}.");
        }
    }
}
