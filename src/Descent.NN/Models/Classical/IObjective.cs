namespace Descent;

/// <summary>A classifier that says itself what training makes small, where others take the cross-entropy of their logits.</summary>
public interface IObjective
{
    /// <summary>A scalar: how wrong the network is about these examples, with what it adds for the size of its weights.</summary>
    Tensor Objective(Tensor x, Tensor labels);
}
