namespace Descent;

/// <summary>
/// Exponentially weighted averages of the parameters of an optimizer, moved by each of its steps: <c>a = d·a + (1 − d)·θ</c> with
/// <c>d = min(decay, (1 + t) / (10 + t))</c> at step t.
/// </summary>
/// <remarks>
/// The averages are written in the run of the step itself, so that they cost no pass of their own. Polyak and Juditsky, "Acceleration of Stochastic
/// Approximation by Averaging", 1992; the slower start is that of TensorFlow's ExponentialMovingAverage.
/// </remarks>
public sealed class ExponentialAverage
{
    private readonly Dictionary<Cell, Cell> _averages = new(ReferenceEqualityComparer.Instance);
    private readonly OrderedDictionary<string, Cell> _cells = [];
    private readonly Optimizer _optimizer;
    private readonly double _decay;
    private Tensor? _share;

    /// <summary>Begins with the parameters as they are; from now on the optimizer moves the averages.</summary>
    /// <param name="optimizer">A rule that steps by gradients.</param>
    /// <param name="decay">In [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay does not lie in [0, 1).</exception>
    public ExponentialAverage(Optimizer optimizer, double decay = 0.999)
    {
        (_optimizer, _decay) = (optimizer, Require.Fraction(decay));
        foreach (Parameter parameter in optimizer.Parameters)
        {
            var average = new StateCell(Tensor.From(parameter.ToArray<float>(), parameter.Shape, parameter.Device)) { Name = $"{parameter.Name}.average" };
            _averages.Add(parameter, average);
            _cells.Add(parameter.Name, average);
        }

        optimizer.Average = this;
    }

    /// <summary>The averages, by the state names of their parameters.</summary>
    public IReadOnlyDictionary<string, Cell> Cells => _cells;

    /// <summary>The write that moves the average of a parameter towards its new value; null for what is no parameter.</summary>
    internal Effect? Follow(Cell cell, Tensor value)
    {
        if (!_averages.TryGetValue(cell, out Cell? average))
        {
            return null;
        }

        // The step that is being built has the number that StepCount will be.
        _share ??= Tensor.Scalar(() => 1 - Math.Min(_decay, (1.0 + _optimizer.StepCount) / (10.0 + _optimizer.StepCount)), DType.F32, cell.Device);
        Tensor old = average.Read();
        return new Effect(average, old + ((value - old) * _share));
    }
}
