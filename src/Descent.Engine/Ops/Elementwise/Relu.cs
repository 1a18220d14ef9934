using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Rectified linear unit: <c>y = max(x, 0)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy</c> where y &gt; 0, else 0; 0 at the kink. Read from y, so that x need not be kept. Nair and Hinton, ICML 2010.
/// </remarks>
public readonly struct Relu : IUnaryOp, IRoundsOnce
{
    public static string Name => "relu";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Max(x, V.Const(0));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(y, V.Const(0), dy, V.Const(0));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Relu"/>
    public Tensor Relu() => Map<Relu>();
}
