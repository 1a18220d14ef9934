namespace Descent;

/// <summary>
/// A module of one input and one output: it can stand in a <see cref="Sequential"/>, and a whole network of this form is trained and
/// evaluated on a data set.
/// </summary>
public abstract partial class Layer : Module
{
    /// <summary>The layer's value of x.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>
    /// A table of what each layer gives for inputs of this shape, with parameters, floating-point operations and theoretical receptive field.
    /// Computes nothing, initial values included.
    /// </summary>
    /// <param name="input">With the batch: (N, C, H, W).</param>
    /// <exception cref="ShapeException">The network cannot take such inputs.</exception>
    public string Summary(Shape input) => NetworkProfile.Of(this, input).ToString();

    /// <summary>The same table for an input with values, and with effective receptive fields, measured by gradients.</summary>
    /// <inheritdoc cref="Summary(Shape)" path="/exception"/>
    public string Summary(Tensor input) => NetworkProfile.Of(this, input).ToString();
}
