namespace Descent;

/// <summary>
/// A module of one input and one output: it can stand in a <see cref="Sequential"/>, and a whole network of this form is trained and
/// evaluated on a data set.
/// </summary>
public abstract partial class Layer : Module
{
    /// <summary>The layer's value of x.</summary>
    public abstract Tensor Forward(Tensor x);
}
