using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How one head of attention runs forward: <c>O = softmax(scale·Q·Kᵀ + mask)·V</c>, a block of rows at a time, so that the scores of a block
/// never leave the second-level cache and the whole matrix of them exists nowhere.
/// </summary>
/// <remarks>
/// Blocks write disjoint memory; their number depends on the shape alone. Numerics: exponents are of a score less its row's largest; a row
/// that sees no key, or a score of +∞ or NaN, is NaN. Definition: <see cref="AttentionReference"/>.
/// Sources: Vaswani et al., "Attention Is All You Need", 2017; keeping scores out of memory: Rabe and Staats, "Self-attention Does Not Need
/// O(n²) Memory", 2021, and Dao et al., "FlashAttention", 2022. Unlike there a block holds whole rows, so no sum is ever rescaled.
/// </remarks>
public sealed unsafe class AttentionForwardPlan
{
    private const int BlockFloats = 32 * 1024;

    private readonly AttentionShape _shape;
    private readonly (int First, int Last, GemmPlan Scores, GemmPlan Values)[] _blocks;
    private readonly long _scoreFloats, _sumFloats, _constantFloats;

    public AttentionForwardPlan(AttentionShape shape)
    {
        _shape = shape;
        Blocks = shape.BlocksOf(BlockFloats);
        _blocks = new (int, int, GemmPlan, GemmPlan)[Blocks];
        var plans = new Dictionary<(int Rows, int Keys), (GemmPlan, GemmPlan)>();
        for (int b = 0; b < Blocks; b++)
        {
            int first = GemmBlocking.Part(shape.Queries, b, Blocks), last = GemmBlocking.Part(shape.Queries, b + 1, Blocks);
            int rows = last - first, keys = shape.KeysBefore(last);
            if (!plans.TryGetValue((rows, keys), out (GemmPlan Scores, GemmPlan Values) products))
            {
                products = (
                    new GemmPlan(new GemmShape(rows, keys, shape.Width)
                    {
                        TransposeB = true,
                        Lda = shape.LdQ,
                        Ldb = shape.LdK,
                        Ldo = shape.LdMask,
                        Epilogue = AttentionRows.ScoreEpilogue(shape),
                    }),
                    new GemmPlan(new GemmShape(rows, shape.ValueWidth, keys) { Ldb = shape.LdV, Ldc = shape.LdO }));
                plans.Add((rows, keys), products);
            }
            _blocks[b] = (first, last, products.Scores, products.Values);
            _scoreFloats = Math.Max(_scoreFloats, Scratch.Padded((long)rows * keys));
            _sumFloats = Math.Max(_sumFloats, Scratch.Padded(rows + ExponentialRows.Together));
            WorkspaceFloats = Math.Max(WorkspaceFloats, Math.Max(products.Scores.WorkspaceFloats, products.Values.WorkspaceFloats));
        }
        _constantFloats = Scratch.Padded(2L * shape.Keys);
        WorkspaceFloats = Scratch.Padded(_scoreFloats + _sumFloats + _constantFloats + WorkspaceFloats);
    }

    /// <summary>Blocks of rows, the units of work.</summary>
    public int Blocks { get; }

    public AttentionShape Shape => _shape;

    /// <summary>Floats of scratch that each thread needs.</summary>
    public long WorkspaceFloats { get; }

    /// <summary>The rows of O and of the log-sums that belong to one block.</summary>
    [MethodImpl(Jit.Hot)]
    public void Run(int block, in AttentionOperands x, float* workspace)
    {
        (int first, int last, GemmPlan scores, GemmPlan values) = _blocks[block];
        float* p = workspace, sums = p + _scoreFloats, constants = sums + _sumFloats, rest = constants + _constantFloats;
        nint ldq = scores.Shape.Lda, ldo = values.Shape.Ldc;
        float* o = x.O + (first * ldo);
        var product = new GemmOperands { A = x.Q + (first * ldq), B = x.K, C = p };
        AttentionRows.Finish(_shape, first, scores.Shape.N, x.Mask, constants, ref product);
        scores.RunAll(product, rest);
        AttentionRows.Exponentials(_shape, first, last, scores.Shape.N, p, x.LogSum, sums);
        values.RunAll(new GemmOperands { A = p, B = x.V, C = o }, rest);
        AttentionRows.Divide(last - first, _shape.ValueWidth, ldo, o, sums);
    }
}
