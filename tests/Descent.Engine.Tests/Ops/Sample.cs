namespace Descent.Engine.Tests;

/// <summary>One row of the table that every op joins: a function of sample inputs, and the shape that it must have.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Op">The op that the row stands for; it must occur in the graph. Null for a composed method.</param>
/// <param name="Build">The function.</param>
/// <param name="Shape">What the shape rule must say.</param>
/// <param name="Inputs">f64 inputs are differentiated by, others stay as they are.</param>
internal sealed record Sample(string Name, Type? Op, Func<Tensor[], Tensor> Build, Shape Shape, params Tensor[] Inputs)
{
    /// <summary>False where repeated values make the function not differentiable, or its slope 0, beside which any rounding is large.</summary>
    public bool MayRepeatInputs { get; init; } = true;

    /// <summary>
    /// Distinct numbers from (low, high) in random order: no two are nearer than the steps of a central difference, and none is near an
    /// integer, where formulas have their kinks.
    /// </summary>
    public static Tensor Numbers(Shape shape, double low = -4, double high = 4, int seed = 1)
    {
        double[] values = new double[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            // The fraction differs by seed, so that two inputs of one row share no number.
            double value = low + ((i + 0.31 + (seed * 0.0917 % 0.5)) / values.Length * (high - low));
            values[i] = Math.Abs(value - Math.Round(value)) < 2e-3 ? value + 4e-3 : value;
        }

        new Random(seed).Shuffle(values);
        return Tensor.From(values, shape);
    }

    public static Tensor Integers(Shape shape, params long[] values) => Tensor.From(values, shape);

    public override string ToString() => Name;
}
