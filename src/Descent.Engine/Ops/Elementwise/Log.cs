using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Natural logarithm: <c>y = ln x</c>.</summary>
/// <remarks>Gradient: <c>dx = dy / x</c>. Numerics: ln 0 = −∞, NaN below 0.</remarks>
public readonly struct Log : IUnaryOp
{
    public static string Name => "log";

    public static (double Low, double High) Domain => (0.1, 4);

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Log(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy / x;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Log"/>
    public Tensor Log() => Map<Log>();
}
