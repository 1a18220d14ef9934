using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Fewer columns than a vector has lanes, and A stored transposed: Cᵀ = op(B)ᵀ·op(A)ᵀ reads both where they lie and fills its lanes with
/// the many rows. It is turned around when it is complete; each element is the same chain of roundings.
/// </summary>
public sealed unsafe partial class GemmPlan
{
    /// <summary>Rows of C that one unit turns around.</summary>
    private const int TurnedRows = 256;

    /// <summary>How Cᵀ is computed into the workspace; null where C is computed itself.</summary>
    private readonly GemmPlan? _transposed;

    /// <summary>Cᵀ lies in the workspace, the products of the batch behind each other.</summary>
    private long TransposedFloats => Align((long)_shape.Batch * _shape.M * _shape.N);

    private int TurnParts => GemmBlocking.Ceiling(_shape.M, TurnedRows);

    private static GemmPlan? Transposed(GemmShape s)
    {
        if (!s.TransposeA || s.Accumulate || s.N >= Microkernel.Width || s.M < 2 * Microkernel.Width || s.N == 0 || s.K == 0)
        {
            return null;
        }

        var plan = new GemmPlan(new GemmShape(s.N, s.M, s.K)
        {
            TransposeA = !s.TransposeB,
            Lda = s.Ldb,
            Ldb = s.Lda,
            Batch = s.Batch,
            BatchA = s.BatchB,
            BatchB = s.BatchA,
            BatchC = (nint)s.M * s.N,
        });
        return plan.CombineUnits == 0 ? plan : null;
    }

    private GemmOperands TransposedOperands(in GemmOperands operands, float* workspace) =>
        new() { A = operands.B, B = operands.A, C = workspace + _transposed!.WorkspaceFloats };

    /// <summary>Some rows of C out of Cᵀ, and the epilogue.</summary>
    [MethodImpl(Jit.Hot)]
    private void Turn(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int batch, int part) = Math.DivRem(unit, TurnParts);
            int row = GemmBlocking.Part(_shape.M, part, TurnParts), rows = GemmBlocking.Part(_shape.M, part + 1, TurnParts) - row;
            float* source = workspace + _transposed!.WorkspaceFloats + (nint)batch * _shape.M * _shape.N + row;
            float* c = operands.C + batch * _shape.BatchC + row * _shape.Ldc;
            Transpose.Run(source, _shape.M, c, _shape.Ldc, _shape.N, rows);
            if (_shape.Epilogue != Epilogue.None)
            {
                Finish(operands, batch, row, rows, 0, _shape.N);
            }
        }
    }
}
