using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// Leaky rectified linear unit: <c>y = x</c> where x &gt; 0, else <c>slope·x</c>. The slope broadcasts, so that each channel may have its
/// own.
/// </summary>
/// <remarks>
/// Gradients: <c>dx = dy</c> where x &gt; 0, else <c>slope·dy</c>, at the kink too; <c>dslope = dy·x</c> where x ≤ 0.
/// Maas, Hannun and Ng, ICML 2013; learned slopes: He et al., "Delving Deep into Rectifiers", ICCV 2015.
/// </remarks>
internal readonly struct LeakyRelu : IBinaryOp
{
    public static string Name => "leaky-relu";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x, V slope)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), x, slope * x);

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V x, V slope, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), dy, slope * dy);

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V x, V slope, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(x, V.Const(0), V.Const(0) * dy, x * dy);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.LeakyRelu"/>
    public Tensor LeakyRelu(double slope = 0.01) => Map<LeakyRelu>(this, Like(slope));

    /// <inheritdoc cref="Descent.LeakyRelu"/>
    public Tensor LeakyRelu(Tensor slope) => Map<LeakyRelu>(this, slope);
}
