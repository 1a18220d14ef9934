namespace Descent;

/// <summary>Several classifiers that vote by their probabilities: <c>y = log(mean of softmax(fᵢ(x)))</c>, so that softmax(y) is that mean.</summary>
/// <remarks>
/// Shapes: x → logits (N, classes), as each member. Errors that the members do not share cancel; checkpoints of one training serve as
/// members too. State names: <c>members.0.…</c>, <c>members.1.…</c>.
/// Hansen and Salamon, "Neural Network Ensembles", IEEE PAMI 1990.
/// </remarks>
/// <exception cref="ArgumentException">There is no member.</exception>
public sealed partial class Ensemble(params IReadOnlyList<Layer> members) : Layer
{
    /// <summary>The classifiers.</summary>
    public IReadOnlyList<Layer> Members { get; } =
        members.Count > 0 ? members : throw new ArgumentException("An ensemble needs at least one member.", nameof(members));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The members give logits of different shapes.</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor[] logProbabilities = [.. Members.Select(member => member.Forward(x).LogSoftmax())];
        return Tensor.Stack(0, logProbabilities).LogSumExp([0]) - Math.Log(logProbabilities.Length);
    }
}
