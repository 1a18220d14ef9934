namespace Descent;

/// <summary>What one layer, or one activation behind a layer, gives for a batch, and the gradient of the loss that comes back to it.</summary>
/// <param name="Name">The path of the module, as in state names; of an activation that has no weights that of the layer before it.</param>
/// <param name="Kind">The type of the module, or the name of the activation: <c>relu</c>.</param>
/// <param name="Activations">What it gives.</param>
/// <param name="Gradients">The gradient of the loss by what it gives; null where none comes back.</param>
public sealed record LayerStatistics(string Name, string Kind, ValueStatistics Activations, ValueStatistics? Gradients)
{
    /// <summary>Channels of images, features else: what one filter or one row of weights computes.</summary>
    public int Units { get; init; }

    /// <summary>
    /// Of a rectifier the part of the units that are 0 for the whole batch, in [0, 1]: no gradient reaches their weights. Null elsewhere.
    /// </summary>
    public double? DeadPart { get; init; }

    /// <summary>
    /// Of a sigmoid or tanh the part of the values where its slope is below a twentieth of its greatest, in [0, 1]. Null elsewhere.
    /// </summary>
    public double? SaturatedPart { get; init; }
}

/// <summary>A parameter and its gradient for a batch.</summary>
/// <param name="Name">Its state name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Norm"><c>√Σw²</c>.</param>
/// <param name="GradientNorm">That of the gradient; null where the parameter has none.</param>
public sealed record ParameterStatistics(string Name, Shape Shape, double Norm, double? GradientNorm);
