using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Absolute value: <c>y = |x|</c>.</summary>
/// <remarks>Gradient: <c>dx = dy·sign(x)</c>, with 0 at the kink.</remarks>
public readonly struct Abs : IUnaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "abs";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Abs(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), dy, V.IfGreater(V.Const(0), x, -dy, V.Const(0) * dy));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Abs"/>
    public Tensor Abs() => Map<Abs>();
}
