namespace Descent;

/// <summary>Exponential linear unit: <c>y = x</c> where x &gt; 0, else <c>α·(eˣ − 1)</c>, whose mean is nearer to 0 than a rectifier's.</summary>
/// <remarks>
/// Shapes: any → same. Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units", ICLR 2016.
/// </remarks>
public sealed partial class Elu(double alpha = 1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Elu(alpha);
}
