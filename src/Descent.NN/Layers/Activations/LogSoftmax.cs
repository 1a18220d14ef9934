namespace Descent;

/// <summary>Logarithms of probabilities over an axis: <c>y = x − log Σ eˣ</c>, what <see cref="Loss.NegativeLogLikelihood"/> takes.</summary>
/// <remarks>Shapes: any → same. Numerics: finite where the probability itself would be 0.</remarks>
public sealed partial class LogSoftmax(int axis = -1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LogSoftmax(axis);
}
