namespace Descent;

/// <summary>A network that is trained by classifiers in its middle too, which evaluation leaves out.</summary>
public interface IAuxiliaryHeads
{
    /// <summary>What the loss of each further head counts beside the loss of the first.</summary>
    double AuxiliaryWeight { get; }

    /// <summary>The logits of the network, then those of its auxiliary heads.</summary>
    IReadOnlyList<Tensor> ForwardHeads(Tensor x);

    /// <summary>
    /// The cross-entropy of the network's logits and, by <see cref="AuxiliaryWeight"/>, of each auxiliary head's.
    /// </summary>
    /// <param name="heads">What <see cref="ForwardHeads"/> gives.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="labelSmoothing">In [0, 1], see <see cref="Loss.CrossEntropy"/>.</param>
    /// <inheritdoc cref="Loss.CrossEntropy" path="/exception"/>
    Tensor CrossEntropy(IReadOnlyList<Tensor> heads, Tensor labels, double labelSmoothing = 0)
    {
        Tensor loss = Loss.CrossEntropy(heads[0], labels, labelSmoothing);
        foreach (Tensor logits in heads.Skip(1))
        {
            loss += Loss.CrossEntropy(logits, labels, labelSmoothing) * AuxiliaryWeight;
        }

        return loss;
    }
}
