using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How the gradients of one head of attention are computed: the probabilities are computed again from the scores and the kept log-sums,
/// a block of rows at a time, and are never kept.
/// </summary>
/// <remarks>
/// A head is one unit of work: dK and dV are sums over its blocks in ascending order. Definition: <see cref="AttentionReference"/>;
/// sources as for <see cref="AttentionForwardPlan"/>.
/// </remarks>
public sealed unsafe class AttentionBackwardPlan
{
    // Two blocks, probabilities and their slopes, are in the cache at once.
    private const int BlockFloats = 16 * 1024;

    private readonly AttentionShape _shape;
    private readonly Block[] _blocks;
    private readonly long _scoreFloats, _constantFloats;

    public AttentionBackwardPlan(AttentionShape shape)
    {
        _shape = shape;
        _blocks = new Block[shape.BlocksOf(BlockFloats)];
        var plans = new Dictionary<(int Rows, int Keys, bool Accumulate), Products>();
        for (int b = 0; b < _blocks.Length; b++)
        {
            // The last block sees all keys that any block sees; it comes first, so that it sets what the others add to.
            int index = _blocks.Length - 1 - b;
            int first = GemmBlocking.Part(shape.Queries, index, _blocks.Length), last = GemmBlocking.Part(shape.Queries, index + 1, _blocks.Length);
            (int Rows, int Keys, bool Accumulate) key = (last - first, shape.KeysBefore(last), b > 0);
            if (!plans.TryGetValue(key, out Products? products))
            {
                plans.Add(key, products = new Products(shape, key.Rows, key.Keys, key.Accumulate));
            }
            _blocks[b] = new Block(first, last, products);
            _scoreFloats = Math.Max(_scoreFloats, Scratch.Padded((long)key.Rows * key.Keys));
            WorkspaceFloats = Math.Max(WorkspaceFloats, products.WorkspaceFloats);
        }
        _constantFloats = Scratch.Padded(2L * shape.Keys);
        WorkspaceFloats = Scratch.Padded((2 * _scoreFloats) + _constantFloats + WorkspaceFloats);
    }

    public AttentionShape Shape => _shape;

    /// <summary>Floats of scratch that each thread needs.</summary>
    public long WorkspaceFloats { get; }

    /// <summary>dQ, dK and dV of one head.</summary>
    [MethodImpl(Jit.Hot)]
    public void Run(in AttentionOperands x, float* workspace)
    {
        float* p = workspace, slopes = p + _scoreFloats, constants = slopes + _scoreFloats, rest = constants + _constantFloats;
        if (_blocks.Length == 0 || _blocks[0].Products.Keys < _shape.Keys)
        {
            // No query sees the last keys.
            int seen = _blocks.Length == 0 ? 0 : _blocks[0].Products.Keys;
            Clear(x.DK, _shape.LdDK, _shape.Width, seen);
            Clear(x.DV, _shape.LdDV, _shape.ValueWidth, seen);
        }
        foreach (Block block in _blocks)
        {
            Products at = block.Products;
            float* q = x.Q + (block.First * at.Scores.Shape.Lda), dO = x.DO + (block.First * at.Slopes.Shape.Lda);
            float* dq = x.DQ + (block.First * at.DQ.Shape.Ldc);
            var product = new GemmOperands { A = q, B = x.K, C = p };
            AttentionRows.Finish(_shape, block.First, at.Keys, x.Mask, constants, ref product);
            at.Scores.RunAll(product, rest);
            at.Slopes.RunAll(new GemmOperands { A = dO, B = x.V, C = slopes }, rest);
            AttentionRows.Slopes(_shape, block.First, block.Last, at.Keys, x, p, slopes);
            at.DV.RunAll(new GemmOperands { A = p, B = dO, C = x.DV }, rest);
            at.DQ.RunAll(new GemmOperands { A = slopes, B = x.K, C = dq }, rest);
            at.DK.RunAll(new GemmOperands { A = slopes, B = q, C = x.DK }, rest);
        }
    }

    private void Clear(float* matrix, nint ld, int width, int firstRow)
    {
        for (nint row = firstRow; row < _shape.Keys; row++)
        {
            new Span<float>(matrix + (row * (ld == 0 ? width : ld)), width).Clear();
        }
    }

    private readonly record struct Block(int First, int Last, Products Products);

    /// <summary>The five products of a block.</summary>
    private sealed class Products(AttentionShape s, int rows, int keys, bool accumulate)
    {
        public int Keys => keys;

        public GemmPlan Scores { get; } = new(new GemmShape(rows, keys, s.Width)
        {
            TransposeB = true,
            Lda = s.LdQ,
            Ldb = s.LdK,
            Ldo = s.LdMask,
            Epilogue = AttentionRows.ScoreEpilogue(s),
        });

        public GemmPlan Slopes { get; } = new(new GemmShape(rows, keys, s.ValueWidth) { TransposeB = true, Lda = s.LdDO, Ldb = s.LdV });

        public GemmPlan DV { get; } = new(
            new GemmShape(keys, s.ValueWidth, rows) { TransposeA = true, Ldb = s.LdDO, Ldc = s.LdDV, Accumulate = accumulate });

        public GemmPlan DQ { get; } = new(new GemmShape(rows, s.Width, keys) { Ldb = s.LdK, Ldc = s.LdDQ });

        public GemmPlan DK { get; } = new(
            new GemmShape(keys, s.Width, rows) { TransposeA = true, Ldb = s.LdQ, Ldc = s.LdDK, Accumulate = accumulate });

        public long WorkspaceFloats => Math.Max(
            Math.Max(Math.Max(Scores.WorkspaceFloats, Slopes.WorkspaceFloats), DV.WorkspaceFloats), Math.Max(DQ.WorkspaceFloats, DK.WorkspaceFloats));
    }
}
