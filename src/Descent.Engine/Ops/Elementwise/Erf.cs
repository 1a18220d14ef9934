using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Error function: <c>y = 2/√π · ∫₀ˣ e^(−t²) dt</c>.</summary>
/// <remarks>Gradient: <c>dx = dy · 2/√π · e^(−x²)</c>.</remarks>
public readonly struct Erf : IUnaryOp
{
    public static string Name => "erf";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => V.Erf(x);

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => dy * V.Const(1.1283791670955126) * V.Exp(-(x * x));
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Erf"/>
    public Tensor Erf() => Map<Erf>();
}
