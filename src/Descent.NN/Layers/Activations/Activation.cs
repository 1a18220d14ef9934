using Descent.Kernels;

namespace Descent;

/// <summary>
/// An elementwise formula as a layer: <c>new Activation&lt;Relu&gt;()</c>, <c>Activation&lt;Tanh&gt;</c>,
/// <c>Activation&lt;Sigmoid&gt;</c>, or a formula of your own.
/// </summary>
/// <remarks>Shapes: any → same.</remarks>
public sealed partial class Activation<TOp> : Layer
    where TOp : struct, IUnaryOp
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Map<TOp>();
}
