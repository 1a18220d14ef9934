using System.Numerics;
using Descent.Kernels;

namespace Descent;

/// <summary>Casts between all element types.</summary>
internal static unsafe class CastKernel
{
    public static void Lower(Choose choose, PlanNode node, Cast op)
    {
        PlanValue x = node.Inputs[0], y = node.Outputs[0];
        AxisOrder order = choose.Preferred([x], x.Type.Shape);
        PlanBuffer from = choose.Dense(x, order), to = choose.Output(y, order);
        (int fromSize, int toSize) = (x.Type.DType.Size(), y.Type.DType.Size());
        delegate*<void*, void*, nint, void> cast = Loop(x.Type.DType, y.Type.DType);
        choose.Add(
            new KernelLaunch(op.Name, $"{x.Type} → {y.Type.DType.Name()}", KernelLaunch.Rows(x.Type.Count, 1, (run, first, last) =>
                cast((byte*)run[from] + (first * fromSize), (byte*)run[to] + (first * toSize), (nint)(last - first)))),
            [from], [to]);
    }

    /// <summary>The loop that casts n elements of one type to another.</summary>
    public static delegate*<void*, void*, nint, void> Loop(DType from, DType to) => from switch
    {
        DType.Bool or DType.U8 => Loop<byte>(to),
        DType.I32 => Loop<int>(to),
        DType.I64 => Loop<long>(to),
        DType.F32 => Loop<float>(to),
        _ => Loop<double>(to),
    };

    private static delegate*<void*, void*, nint, void> Loop<TFrom>(DType to)
        where TFrom : unmanaged, INumber<TFrom> => to switch
        {
            DType.Bool => &ElementCast.ToBool<TFrom>,
            DType.U8 => &ElementCast.Run<TFrom, byte>,
            DType.I32 => &ElementCast.Run<TFrom, int>,
            DType.I64 => &ElementCast.Run<TFrom, long>,
            DType.F32 => &ElementCast.Run<TFrom, float>,
            _ => &ElementCast.Run<TFrom, double>,
        };
}
