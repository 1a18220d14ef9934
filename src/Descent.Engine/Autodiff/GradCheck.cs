using System.Runtime.InteropServices;

namespace Descent;

/// <summary>
/// Compares <see cref="Tensor.Backward(ReadOnlySpan{Tensor})"/> with central differences, both in double through the reference interpreter.
/// </summary>
/// <remarks>
/// Outputs of any shape are weighted with fixed random numbers and summed. The slope is the five-point rule
/// (f(x − 2h) − 8·f(x − h) + 8·f(x + h) − f(x + 2h)) / 12h, whose error is of order h⁴; with h = 10⁻⁴ rounding and truncation are both near
/// 10⁻¹². A function with a kink must be sampled further than 2h from it.
/// </remarks>
public static class GradCheck
{
    private const double Step = 1e-4;

    // A gradient that is small against the largest one of its input is known to fewer digits: rounding is relative to the sum of all.
    private const double SmallestScale = 1e-3;

    // One that is 0 in exact arithmetic, as of a bias before a normalisation, is rounding on both sides, relative to the gradients of all inputs.
    private const double SmallestInput = 1e-4;

    /// <summary>The largest relative error of the first derivatives by every f64 input; inputs of other types stay as they are.</summary>
    /// <exception cref="GradientException">An op has no gradient rule.</exception>
    public static double Error(Func<Tensor[], Tensor> function, params ReadOnlySpan<Tensor> at) => Worst(function, at).Error;

    /// <summary>The same for second derivatives: the slope of the weighted sum of all first derivatives.</summary>
    /// <exception cref="GradientException">An op has no gradient rule.</exception>
    public static double SecondOrderError(Func<Tensor[], Tensor> function, params ReadOnlySpan<Tensor> at) =>
        Worst(x => WeightedGradients(function, x), at).Error;

    /// <summary>Throws where a first derivative differs from its central difference by more than the tolerance.</summary>
    /// <exception cref="GradientException">It does; the message names input, element and both values.</exception>
    public static void Verify(Func<Tensor[], Tensor> function, double tolerance = 1e-6, params ReadOnlySpan<Tensor> at) =>
        Verify(Worst(function, at), tolerance);

    /// <summary>
    /// Throws where the derivative by an element of a parameter differs from its central difference: the check of a layer with its weights.
    /// Parameters of any float type are moved in double.
    /// </summary>
    /// <param name="function">Builds the value from the parameters as they are.</param>
    /// <param name="parameters">What to differentiate by; an input of a layer is a parameter here too.</param>
    /// <param name="tolerance">The largest relative error that passes.</param>
    /// <param name="most">At most so many elements of each parameter are moved, evenly spread over it.</param>
    /// <exception cref="GradientException">A derivative differs; the message names parameter, element and both values.</exception>
    public static void Verify(
        Func<Tensor> function, IReadOnlyList<Parameter> parameters, double tolerance = 1e-6, int most = int.MaxValue)
    {
        List<Moved> moved = [.. parameters.Select(
            (p, i) => new Moved(p.Read(), Interpreter.Evaluate(p.Read()), p.Name.Length > 0 ? p.Name : $"parameter {i}"))];
        Verify(Worst(WeightedSum(function(), 1), moved, most), tolerance);
    }

    private static void Verify(in Mismatch worst, double tolerance)
    {
        if (!(worst.Error <= tolerance))
        {
            throw new GradientException(
                $"gradcheck: {worst.Input} at {worst.Place}: backward says {worst.Backward:G9}, "
                + $"central differences say {worst.Slope:G9} (relative error {worst.Error:G2}, tolerance {tolerance:G2}).");
        }
    }

    private static Mismatch Worst(Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> at)
    {
        // The graph is built once over leaves whose values the loop below moves.
        var inputs = new Tensor[at.Length];
        var moved = new List<Moved>();
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = at[i];
            if (at[i].DType == DType.F64)
            {
                double[] point = Interpreter.Evaluate(at[i]);
                inputs[i] = Tensor.Of(new Point(point), at[i].Type, at[i].Device);
                moved.Add(new Moved(inputs[i], point, $"input {i}"));
            }
        }

        return Worst(WeightedSum(function(inputs), 1), moved, int.MaxValue);
    }

    private static Mismatch Worst(Tensor loss, List<Moved> moved, int most)
    {
        (Tensor Leaf, double[] Values)[] given = [.. moved.Select(m => (m.Leaf, m.Values))];
        double[]?[] gradients =
            [.. GradientsOf(loss, [.. moved.Select(m => m.Leaf)]).Select(g => g is null ? null : Interpreter.Evaluate(g, given))];
        int[][] places = [.. moved.Select(m => Spread(m.Values.Length, most))];
        double[][] slopes = [.. moved.Select((m, i) => places[i].Select(e => Slope(loss, given, ref m.Values[e])).ToArray())];
        double floorOfAll = Math.Max(1e-6, SmallestInput * Largest(slopes.SelectMany(s => s)));
        var worst = default(Mismatch);
        for (int i = 0; i < moved.Count; i++)
        {
            double floor = Math.Max(floorOfAll, SmallestScale * Largest(slopes[i]));
            for (int k = 0; k < places[i].Length; k++)
            {
                (double slope, int place) = (slopes[i][k], places[i][k]);
                double backward = gradients[i]?[place] ?? 0;
                double error = Math.Abs(backward - slope) / Math.Max(floor, Math.Abs(backward) + Math.Abs(slope));
                if (!(error <= worst.Error))
                {
                    worst = new Mismatch(error, moved[i].Name, Indices.Place(moved[i].Leaf.Shape, place), backward, slope);
                }

                if (double.IsNaN(error))
                {
                    return worst;
                }
            }
        }

        return worst;
    }

    private static double Largest(IEnumerable<double> slopes) => slopes.Select(Math.Abs).DefaultIfEmpty().Max();

    /// <summary>At most so many of the places 0 … count − 1, evenly spread, the first and the last among them.</summary>
    private static int[] Spread(int count, int most) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(k => (int)((long)k * (count - 1) / Math.Max(1, most - 1)))];

    private static double Slope(Tensor loss, (Tensor Leaf, double[] Values)[] given, ref double x)
    {
        double center = x;
        double Value(double shift, ref double x)
        {
            x = center + (shift * Step);
            return Interpreter.Evaluate(loss, given)[0];
        }

        double slope = (8 * (Value(1, ref x) - Value(-1, ref x))) - (Value(2, ref x) - Value(-2, ref x));
        x = center;
        return slope / (12 * Step);
    }

    private static Tensor WeightedGradients(Func<Tensor[], Tensor> function, Tensor[] x)
    {
        Tensor loss = WeightedSum(function(x), 1);
        Tensor[] by = [.. x.Where(t => t.DType == DType.F64)];
        Tensor total = Tensor.Scalar(0, DType.F64, loss.Device);
        ulong seed = 2;
        foreach (Tensor? gradient in GradientsOf(loss, by))
        {
            total = gradient is null ? total : total + WeightedSum(gradient, seed);
            seed++;
        }

        return total;
    }

    private static Tensor?[] GradientsOf(Tensor loss, Tensor[] by) =>
        Backward.Of(loss, Tensor.Ones(Shape.Scalar, loss.DType, loss.Device), by);

    /// <summary>Σ y·v with v fixed and between ½ and 3⁄2, so that no element drops out.</summary>
    private static Tensor WeightedSum(Tensor y, ulong seed) =>
        (y * new Rng(seed, y.Device).Uniform(y.Shape, 0.5, 1.5, y.DType == DType.F32 ? DType.F32 : DType.F64)).Sum();

    /// <summary>Values that the check moves between evaluations.</summary>
    private sealed class Point(double[] values) : Uniform
    {
        public override void Write(Span<byte> destination) => MemoryMarshal.AsBytes<double>(values).CopyTo(destination);
    }

    private readonly record struct Moved(Tensor Leaf, double[] Values, string Name);

    private readonly record struct Mismatch(double Error, string Input, string Place, double Backward, double Slope);
}
