namespace Descent;

/// <summary>A network that is trained by classifiers in its middle too, which evaluation leaves out.</summary>
public interface IAuxiliaryHeads
{
    /// <summary>What the loss of each further head counts beside the loss of the first.</summary>
    double AuxiliaryWeight { get; }

    /// <summary>The logits of the network, then those of its auxiliary heads.</summary>
    IReadOnlyList<Tensor> ForwardHeads(Tensor x);

    /// <summary>The cross-entropy of the network's logits and, by <see cref="AuxiliaryWeight"/>, of each auxiliary head's.</summary>
    /// <inheritdoc cref="Loss.CrossEntropy" path="/exception"/>
    Tensor CrossEntropy(Tensor x, Tensor labels, double labelSmoothing = 0)
    {
        IReadOnlyList<Tensor> heads = ForwardHeads(x);
        Tensor loss = Loss.CrossEntropy(heads[0], labels, labelSmoothing);
        foreach (Tensor logits in heads.Skip(1))
        {
            loss += Loss.CrossEntropy(logits, labels, labelSmoothing) * AuxiliaryWeight;
        }

        return loss;
    }
}
