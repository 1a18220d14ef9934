namespace Descent;

/// <summary>How activations, gradients and weights of a network are spread, measured on one batch.</summary>
/// <remarks>
/// The batch runs as in training, but for what is drawn: normalisations use its statistics, dropout drops nothing. Nothing is changed by it, neither
/// running statistics nor random streams nor modes, so that a training that is looked at goes on as one that is not.
/// Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks", AISTATS 2010.
/// </remarks>
/// <param name="Loss">Of the batch.</param>
/// <param name="Layers">Layers with weights and activation functions, in the order of the forward pass.</param>
/// <param name="Parameters">In visit order, frozen ones without a gradient.</param>
public sealed record NetworkStatistics(
    double Loss, IReadOnlyList<LayerStatistics> Layers, IReadOnlyList<ParameterStatistics> Parameters)
{
    /// <summary>Measures a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="x">A batch of inputs.</param>
    /// <param name="loss">Builds the loss of the batch from the network as it is: <c>() => Loss.CrossEntropy(model.Forward(x), labels)</c>.</param>
    public static NetworkStatistics Of(Layer model, Tensor x, Func<Tensor> loss) => new StatisticsProbe(model, x, loss).Measure();
}
