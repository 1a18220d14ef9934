namespace Descent.Kernels.Tests;

/// <summary>Each span ends, then begins, at an unreadable page; a kernel that strays kills the process.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class RowKernelsStayInsideTests
{
    private const int Rows = 3;

    [Fact]
    public void Reductions_read_only_their_rows() => ForEveryLength((x, y, n) =>
    {
        *y = RowReduce.Row<SumReduction>(x, Rows * n) + RowReduce.Row<MaxReduction>(x, n);
        ColumnReduce.Run<SumReduction>(x, n, Rows, n, y);
        ColumnReduce.Run<MinReduction>(x, n, Rows, n, y);
        long* indices = stackalloc long[Rows * n];
        new ArgReduce<MaxReduction>(Rows, n, 1).Run(x, indices, 0, Rows);
        new ArgReduce<MinReduction>(1, Rows, n).Run(x, indices, 0, 1);
    });

    [Fact]
    public void Softmax_touches_only_its_rows() => ForEveryLength((x, y, n) =>
    {
        SoftmaxRows.Softmax(x, y, n, 0, Rows);
        SoftmaxRows.SoftmaxBackward(x, y, y, n, 0, Rows);
        SoftmaxRows.LogSoftmax(x, y, n, 0, Rows);
        SoftmaxRows.LogSoftmaxBackward(x, y, y, n, 0, Rows);
    });

    [Fact]
    public void Cross_entropy_touches_only_its_rows() => ForEveryLength((x, y, n) =>
    {
        long* labels = stackalloc long[Rows];
        float* loss = stackalloc float[Rows], normalizers = stackalloc float[Rows * CrossEntropyRows.NormalizerSize];
        (labels[0], labels[1], labels[2]) = (0, n - 1, n / 2);
        var entropy = new CrossEntropyRows(n, labelSmoothing: 0.1f);
        Assert.Equal(-1, entropy.Forward(x, labels, loss, normalizers, 0, Rows));
        entropy.Backward(x, labels, normalizers, loss, 1, y, 0, Rows);
    });

    [Fact]
    public void Copies_touch_only_their_views() => ForEveryLength((x, y, n) =>
    {
        new StridedCopy([n, Rows], [1, n], [Rows, 1]).Run(x, y);
        new StridedCopy([Rows, n], [1, Rows], [n, 1]).Run(x, y);
        new StridedCopy([Rows, n], [n, -1], [n, 1]).Run(x + n - 1, y);
        long* index = stackalloc long[Rows * n];
        new Span<long>(index, Rows * n).Clear();
        new GatherAlong(1, Rows, n, Rows).Run(x, index, y, 0, Rows);
        var along = new ScatterAddAlong(1, Rows, n, Rows);
        along.Run(x, index, y, 0, along.Units);
        (index[0], index[1], index[2]) = (2, 0, 2);
        new Gather(1, Rows, n, Rows).Run(x, index, y, 0, Rows);
        var scatter = new ScatterAdd(1, Rows, n, Rows);
        int* workspace = stackalloc int[(int)scatter.WorkspaceElements];
        scatter.Sort(index, workspace);
        scatter.Run(x, workspace, y, 0, Rows);
    });

    private delegate void Body(float* x, float* y, int n);

    private static void ForEveryLength(Body body)
    {
        foreach (Guard guard in new[] { Guard.After, Guard.Before })
        {
            // Without hardware vectors every lane is a call; there a few lengths do.
            for (int n = 1; n <= 257; n += SimdTiers.Current == SimdTier.Software ? 16 : 1)
            {
                using var x = new GuardedBuffer(Rows * n, guard);
                using var y = new GuardedBuffer(Rows * n, guard);
                x.Span.Fill(0.5f);
                body(x.Pointer, y.Pointer, n);
            }
        }
    }
}
