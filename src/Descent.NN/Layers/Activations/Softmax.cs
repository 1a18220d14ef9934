namespace Descent;

/// <summary>Probabilities over an axis: <c>y = eˣ / Σ eˣ</c>.</summary>
/// <remarks>
/// Shapes: any → same. Before a cross-entropy leave it out: <see cref="Loss.CrossEntropy"/> takes the scores themselves.
/// Numerics: the largest element of a row is taken out first, so that no exponential overflows.
/// </remarks>
public sealed partial class Softmax(int axis = -1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softmax(axis);
}
