namespace Descent;

/// <summary>Leaky rectified linear unit: <c>y = x</c> where x &gt; 0, else <c>slope·x</c>, so that no unit is ever without a gradient.</summary>
/// <remarks>
/// Shapes: any → same. Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", ICML 2013.
/// <see cref="PRelu"/> learns the slope.
/// </remarks>
public sealed partial class LeakyRelu(double slope = 0.01) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LeakyRelu(slope);
}
