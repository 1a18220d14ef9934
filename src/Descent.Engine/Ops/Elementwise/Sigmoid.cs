using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Logistic function: <c>y = 1 / (1 + e^(−x))</c>.</summary>
/// <remarks>Gradient: <c>dx = dy·y·(1 − y)</c>.</remarks>
public readonly struct Sigmoid : IUnaryOp
{
    public static string Name => "sigmoid";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Const(1) / (V.Const(1) + V.Exp(-x));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * y * (V.Const(1) - y);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Sigmoid"/>
    public Tensor Sigmoid() => Map<Sigmoid>();
}
