using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Sigmoid by three lines: <c>y = min(max(x / 6 + ½, 0), 1)</c>.</summary>
/// <remarks>
/// Gradient: <c>dx = dy / 6</c> where −3 &lt; x &lt; 3, else 0, at the kinks too. Slope and limits as PyTorch.
/// Courbariaux, Bengio and David, "BinaryConnect", NIPS 2015.
/// </remarks>
public readonly struct HardSigmoid : IUnaryOp
{
    public static string Name => "hard-sigmoid";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Min(V.Max(V.MultiplyAdd(x, V.Const(1.0 / 6), V.Const(0.5)), V.Const(0)), V.Const(1));

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => V.IfGreater(V.Const(3), V.Abs(x), V.Const(1.0 / 6) * dy, V.Const(0) * dy);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.HardSigmoid"/>
    public Tensor HardSigmoid() => Map<HardSigmoid>();
}
