namespace Descent;

/// <summary>The gradients of one loss: a value, so nothing needs to be zeroed and nothing is hidden in the parameters.</summary>
public sealed class Gradients
{
    private Dictionary<Parameter, Tensor>? _byParameter;

    internal Gradients(Tensor loss, IReadOnlyList<(Parameter Parameter, Tensor Gradient)> gradients, Tensor? norm = null) =>
        (Loss, All, Norm) = (loss, gradients, norm);

    /// <summary>The scalar that was differentiated.</summary>
    public Tensor Loss { get; }

    /// <summary>Every parameter with its gradient, in visit order.</summary>
    public IReadOnlyList<(Parameter Parameter, Tensor Gradient)> All { get; }

    /// <summary>
    /// The global norm before clipping, where <see cref="ClipNorm"/> was asked for; a step commits only when it is finite.
    /// </summary>
    public Tensor? Norm { get; }

    /// <summary>The gradient of one parameter.</summary>
    /// <exception cref="GradientException">The loss does not depend on it, or it is frozen.</exception>
    public Tensor this[Parameter parameter] => Find(parameter)
        ?? throw new GradientException($"{parameter.Name} {parameter.Shape} has no gradient: the loss does not depend on it, or it is frozen.");

    /// <summary>The gradient of one parameter, null if there is none.</summary>
    public Tensor? Find(Parameter parameter)
    {
        Dictionary<Parameter, Tensor>? table = _byParameter;
        if (table is null)
        {
            table = new(All.Count, ReferenceEqualityComparer.Instance);
            foreach ((Parameter key, Tensor gradient) in All)
            {
                table.Add(key, gradient);
            }

            _byParameter = table;
        }

        return table.GetValueOrDefault(parameter);
    }

    /// <summary>The gradient of a parameter that is likely to stand at this place: a step asks in the order in which they stand.</summary>
    internal Tensor? Find(Parameter parameter, int likelyPlace) =>
        likelyPlace < All.Count && ReferenceEquals(All[likelyPlace].Parameter, parameter) ? All[likelyPlace].Gradient : Find(parameter);

    /// <summary>The gradients scaled by <c>min(1, max / ‖g‖)</c>, where ‖g‖ is the norm over all of them together.</summary>
    /// <remarks>Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not above 0.</exception>
    public Gradients ClipNorm(double maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        Tensor squares = All.Select(g => (g.Gradient * g.Gradient).Sum()).Aggregate((a, b) => a + b);
        Tensor norm = squares.Sqrt();
        Tensor scale = (maxNorm / norm).Min(1);
        return new Gradients(Loss, [.. All.Select(g => (g.Parameter, g.Gradient * scale))], norm);
    }

    /// <summary>The gradients with every element clamped to [−limit, limit].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public Gradients ClipValue(double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return new Gradients(Loss, [.. All.Select(g => (g.Parameter, g.Gradient.Min(limit).Max(-limit)))], Norm);
    }
}
