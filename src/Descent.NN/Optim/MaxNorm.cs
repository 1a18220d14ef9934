namespace Descent;

/// <summary>Keeps the weights that lead into each unit short: <c>w ← w·min(1, c / ‖w‖)</c>, behind each step of an optimizer.</summary>
/// <remarks>
/// A unit's weights are all that belong to one index of a parameter's first axis: a row of a <see cref="Linear"/>, a filter of a convolution.
/// As weight decay it leaves out intercepts and the scales and shifts of normalisations. With it, dropout may learn with a large rate.
/// Srebro and Shraibman, "Rank, Trace-Norm and Max-Norm", COLT 2005; Srivastava et al., JMLR 2014, section 5.1.
/// </remarks>
public static class MaxNorm
{
    /// <summary>The weights with the norm of each unit at most c; as many values as before.</summary>
    /// <remarks>Gradient: as of the formula, so that it can also stand inside a layer.</remarks>
    /// <exception cref="ShapeException">The weights have no axis of units.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static Tensor Limited(Tensor weight, double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        if (weight.Rank < 2)
        {
            throw new ShapeException($"max-norm: weights must be (units, …), but they are {weight.Type}.");
        }

        Tensor rows = weight.Reshape(weight.Shape[0], -1);

        // A unit of zeros has no length to divide by; the factor is exactly 1 for all that are within the limit.
        Tensor length = rows.Square().Sum([1], keepDims: true).Max(1e-37).Sqrt();
        return (rows * (limit / length).Min(1)).Reshape(weight.Shape);
    }

    /// <summary>Shortens the weights among the parameters, now; frozen ones stay.</summary>
    /// <exception cref="ArgumentException">There is no parameter, or two live on different devices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static void Apply(IReadOnlyList<Parameter> parameters, double limit)
    {
        Parameter[] weights = [.. parameters.Where(p => p.Shape.Rank > 1 && !p.IsFrozen)];
        if (parameters.Count == 0 || weights.Any(w => w.Device != parameters[0].Device))
        {
            throw new ArgumentException("Max-norm needs parameters, all of one device.", nameof(parameters));
        }

        parameters[0].Device.Execute(new Request
        {
            Outputs = [],
            Effects = [.. weights.Select(w => new Effect(w, Limited(w, limit)))],
            Caller = nameof(MaxNorm),
        });
    }
}
