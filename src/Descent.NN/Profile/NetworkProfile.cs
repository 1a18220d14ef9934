namespace Descent;

/// <summary>
/// The layers of a network in the order in which they compute, as the graph of its forward pass shows them: shapes, parameters, work,
/// memory, receptive fields.
/// </summary>
/// <remarks>
/// Of evaluation mode, whatever the network's; nothing is changed. From a shape alone nothing is computed and no weight is allocated.
/// </remarks>
public sealed class NetworkProfile
{
    private NetworkProfile(Layer model, IReadOnlyList<LayerProfile> layers)
    {
        (Kind, Layers, Parameters) = (ModuleSummary.TypeName(model), layers, model.Count);
        MultiplyAdds = layers.Sum(layer => layer.MultiplyAdds);
        ActivationBytes = layers.Where(layer => !layer.IsElementwise).Sum(layer => layer.Output.Count * sizeof(float));
    }

    /// <summary>The type of the network.</summary>
    public string Kind { get; }

    /// <summary>Layers, and operations between them that have no weights.</summary>
    public IReadOnlyList<LayerProfile> Layers { get; }

    /// <summary>Elements of all parameters, shared ones counted once.</summary>
    public long Parameters { get; }

    /// <summary>Of all convolutions and matrix products.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Floating-point operations of all convolutions and matrix products: a multiply-add is two.</summary>
    public long Flops => 2 * MultiplyAdds;

    /// <summary>
    /// What a forward pass hands from layer to layer, as f32, and training keeps: the results of all but elementwise operations, which are done
    /// in place.
    /// </summary>
    public long ActivationBytes { get; }

    /// <summary>The profile for inputs of this shape; computes nothing.</summary>
    /// <param name="model">The network.</param>
    /// <param name="input">With the batch: (N, C, H, W).</param>
    /// <param name="type">Of its elements; indices are integers.</param>
    /// <exception cref="ShapeException">The network cannot take such inputs.</exception>
    public static NetworkProfile Of(Layer model, Shape input, DType type = DType.F32) =>
        new(model, InEvaluation(model, () => Trace(model, Tensor.Zeros(input, type, DeviceOf(model))).Rows));

    /// <summary>The profile for this input, with effective receptive fields, which takes a backward pass for each layer that widens the field.</summary>
    /// <exception cref="ShapeException">The network cannot take such inputs.</exception>
    public static NetworkProfile Of(Layer model, Tensor input) =>
        new(model, InEvaluation(model, () => EffectiveField.Measure(Trace(model, input), input)));

    /// <summary>The table that <see cref="Layer.Summary(Shape)"/> gives.</summary>
    public override string ToString() => ProfileTable.Of(this);

    private static ProfileTrace Trace(Layer model, Tensor x) => ProfileTrace.Of(model, x, model.Forward(x));

    private static Device DeviceOf(Layer model) => model.Parameters() is [Parameter first, ..] ? first.Read().Device : Device.Default;

    /// <summary>Runs in evaluation mode and gives each module its own mode back.</summary>
    private static T InEvaluation<T>(Layer model, Func<T> function)
    {
        (Module Module, bool IsTraining)[] modes = [.. StateWalk.Of(model).Modules.Select(m => (m.Module, m.Module.IsTraining))];
        try
        {
            model.Eval();
            return function();
        }
        finally
        {
            foreach ((Module module, bool isTraining) in modes)
            {
                module.IsTraining = isTraining;
            }
        }
    }
}
