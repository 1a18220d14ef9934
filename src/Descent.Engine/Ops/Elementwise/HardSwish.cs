using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Swish by lines and a parabola: <c>y = x·min(max(x / 6 + ½, 0), 1)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy·(x / 3 + ½)</c> where −3 &lt; x &lt; 3, beyond them 0 to the left and dy to the right.
/// Howard et al., "Searching for MobileNetV3", ICCV 2019.
/// </remarks>
public readonly struct HardSwish : IUnaryOp
{
    public static string Name => "hard-swish";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => x * HardSigmoid.Forward(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(V.Const(3), V.Abs(x), dy * V.MultiplyAdd(x, V.Const(1.0 / 3), V.Const(0.5)), V.IfGreater(x, V.Const(0), dy, V.Const(0) * dy));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.HardSwish"/>
    public Tensor HardSwish() => Map<HardSwish>();
}
