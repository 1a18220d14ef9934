using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Tanh by three lines: <c>y = min(max(x, −1), 1)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy</c> where −1 &lt; x &lt; 1, else 0, at the kinks too. Collobert, "Large Scale Machine Learning", 2004.
/// </remarks>
public readonly struct HardTanh : IUnaryOp, IRoundsOnce
{
    public static string Name => "hard-tanh";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Min(V.Max(x, V.Const(-1)), V.Const(1));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(V.Const(1), V.Abs(x), dy, V.Const(0) * dy);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.HardTanh"/>
    public Tensor HardTanh() => Map<HardTanh>();
}
