using Descent.Kernels;

namespace Descent;

/// <summary>
/// Chooses how a matrix product runs: operands are read where they lie when their rows or columns are contiguous, else copied.
/// </summary>
internal static class MatMulKernel
{
    public static void Lower(Choose choose, PlanNode node, MatMul op)
    {
        EpilogueFusion? fusion = choose.Epilogues.GetValueOrDefault(node);
        PlanValue result = fusion?.Last.Outputs[0] ?? node.Outputs[0];
        Shape y = node.Outputs[0].Type.Shape;
        Shape batch = new(y.Sizes[..^2]);
        int m = y[^2], n = y[^1], k = node.Inputs[0].Type.Shape[^1];
        Operand a = Read(choose, node.Inputs[0], batch);
        Operand b = Read(choose, node.Inputs[1], batch);
        int parameter = choose.UnwrittenLeaf(node.Inputs[1]);
        var shape = new GemmShape(m, n, k)
        {
            TransposeA = a.Transposed,
            TransposeB = b.Transposed,
            Lda = a.Leading,
            Ldb = b.Leading,
            Batch = checked((int)batch.Count),
            BatchA = a.BatchStep,
            BatchB = b.BatchStep,
            BatchC = (nint)m * n,
            Epilogue = fusion?.Kind ?? Epilogue.None,
            BatchOther = (nint)m * n,
            KeepsB = parameter >= 0,
        };
        if (shape.Batch > 1 && !a.Transposed && b.BatchStep == 0 && a.BatchStep == (nint)m * shape.Lda)
        {
            // One matrix for the whole batch: its rows simply follow each other.
            shape = shape with { M = checked(m * shape.Batch), Batch = 1, BatchA = 0, BatchC = 0, BatchOther = 0 };
        }

        var plan = new GemmPlan(shape);
        PlanBuffer c = choose.Output(result);
        var epilogue = EpilogueBuffers.Of(choose, fusion, AxisOrder.RowMajor);

        // A packed parameter outlives the run: while it stays, as at inference, nothing is packed again.
        int leaf = plan.PackBUnits > 0 ? parameter : -1;
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats * sizeof(float), leaf >= 0 ? BufferKind.Kept : BufferKind.Arena);
        var launch = new GemmLaunch(plan, op.Name + fusion?.Name, a, b, c, epilogue, workspace, leaf) { Flops = (long)shape.Flops };
        if (leaf < 0)
        {
            launch.Workspaces.Add(workspace);
        }

        choose.Add(launch, [a.Buffer, b.Buffer, .. epilogue.All], [c]);
    }

    /// <summary>
    /// The operand as a row-major or transposed matrix with even steps between the matrices of a batch; copied where it is neither.
    /// </summary>
    private static Operand Read(Choose choose, PlanValue value, Shape batch)
    {
        Place place = choose[value];
        Shape shape = value.Type.Shape;
        Shape full = new([.. batch.Sizes, shape[^2], shape[^1]]);
        if (TryRead(place, full, out Operand operand))
        {
            return operand;
        }

        // Stretched batches stay stretched: only the operand's own matrices are copied.
        var dense = new Place(choose.Dense(value), Strided.Dense(shape));
        if (TryRead(dense, full, out operand))
        {
            return operand;
        }

        Place stretched = choose.Copied(new Place(dense.Buffer, dense.View.Expand(full)), value.Type with { Shape = full }, AxisOrder.RowMajor);
        TryRead(stretched, full, out operand);
        return operand;
    }

    private static bool TryRead(Place place, Shape full, out Operand operand)
    {
        operand = default;
        Strided view = place.View.Expand(full);
        int rows = full[^2], columns = full[^1];
        long rowStep = rows == 1 ? columns : view[full.Rank - 2];
        long columnStep = columns == 1 ? 1 : view[full.Rank - 1];
        bool transposed;
        long leading;
        if (columnStep == 1 && rowStep >= columns)
        {
            (transposed, leading) = (false, rowStep);
        }
        else if ((rows == 1 || view[full.Rank - 2] == 1) && view[full.Rank - 1] >= rows)
        {
            (transposed, leading) = (true, view[full.Rank - 1]);
        }
        else
        {
            return false;
        }

        if (!TryEvenSteps(view, full.Rank - 2, out long batchStep))
        {
            return false;
        }

        operand = new Operand(place.Buffer, view.Offset, transposed, (nint)leading, (nint)batchStep);
        return true;
    }

    /// <summary>One step that leads through the leading axes in row-major order.</summary>
    private static bool TryEvenSteps(in Strided view, int axes, out long step)
    {
        step = 0;
        long expected = 0;
        bool isFirst = true;
        for (int axis = axes - 1; axis >= 0; axis--)
        {
            int size = view.Shape[axis];
            if (size == 1)
            {
                continue;
            }

            // Steps may be negative, as those of a flipped axis are.
            if (isFirst)
            {
                (step, isFirst) = (view[axis], false);
            }
            else if (view[axis] != expected)
            {
                return false;
            }

            expected = view[axis] * size;
        }

        return true;
    }

    internal readonly record struct Operand(PlanBuffer Buffer, long Offset, bool Transposed, nint Leading, nint BatchStep);
}

/// <summary>C = epilogue(A·B) by the blocked kernels.</summary>
internal sealed unsafe class GemmLaunch(
    GemmPlan plan, string name, MatMulKernel.Operand a, MatMulKernel.Operand b, PlanBuffer c, EpilogueBuffers epilogue, PlanBuffer workspace,
    int parameterLeaf) : Launch
{
    private readonly StableInputs? _parameter = parameterLeaf >= 0 ? new([parameterLeaf]) : null;
    private GemmOperands _operands;
    private int _packed;

    public override string Name => name;

    public override string Detail =>
        $"{plan.Shape.Batch}×({plan.Shape.M}, {plan.Shape.K})·({plan.Shape.K}, {plan.Shape.N}) {(a.Transposed ? 'T' : 'N')}{(b.Transposed ? 'T' : 'N')}";

    protected override int Phases => 3;

    protected override int Units(int phase) => phase switch { 0 => plan.PackUnits - _packed, 1 => plan.Units, _ => plan.CombineUnits };

    protected override void Prepare()
    {
        _packed = _parameter is null || _parameter.HaveChanged(Run.Leaves) ? 0 : plan.PackBUnits;
        _operands.A = (float*)Run[a.Buffer] + a.Offset;
        _operands.B = (float*)Run[b.Buffer] + b.Offset;
        _operands.C = (float*)Run[c];
        _operands.Scale = epilogue.Scale(Run);
        _operands.Shift = epilogue.Shift(Run);
        _operands.Other = epilogue.Other(Run);
    }

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        float* scratch = (float*)Run[workspace];
        switch (phase)
        {
            case 0:
                plan.RunPack(first + _packed, last + _packed, _operands, scratch);
                break;
            case 1:
                plan.Run(first, last, _operands, scratch);
                break;
            default:
                plan.RunCombine(first, last, _operands, scratch);
                break;
        }
    }
}
