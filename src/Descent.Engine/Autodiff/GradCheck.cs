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

    /// <summary>The largest relative error of the first derivatives by every f64 input; inputs of other types stay as they are.</summary>
    /// <exception cref="GradientException">An op has no gradient rule.</exception>
    public static double Error(Func<Tensor[], Tensor> function, params ReadOnlySpan<Tensor> at) => Worst(function, at).Error;

    /// <summary>The same for second derivatives: the slope of the weighted sum of all first derivatives.</summary>
    /// <exception cref="GradientException">An op has no gradient rule.</exception>
    public static double SecondOrderError(Func<Tensor[], Tensor> function, params ReadOnlySpan<Tensor> at) =>
        Worst(x => WeightedGradients(function, x), at).Error;

    /// <summary>Throws where a first derivative differs from its central difference by more than the tolerance.</summary>
    /// <exception cref="GradientException">It does; the message names input, element and both values.</exception>
    public static void Verify(Func<Tensor[], Tensor> function, double tolerance = 1e-6, params ReadOnlySpan<Tensor> at)
    {
        Mismatch worst = Worst(function, at);
        if (!(worst.Error <= tolerance))
        {
            throw new GradientException(
                $"gradcheck: input {worst.Input} at {worst.Place}: backward says {worst.Backward:G9}, "
                + $"central differences say {worst.Slope:G9} (relative error {worst.Error:G2}, tolerance {tolerance:G2}).");
        }
    }

    private static Mismatch Worst(Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> at)
    {
        // The graph is built once over leaves whose values the loop below moves.
        var inputs = new Tensor[at.Length];
        var points = new double[]?[at.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            points[i] = at[i].DType == DType.F64 ? Interpreter.Evaluate(at[i]) : null;
            inputs[i] = points[i] is { } point ? Tensor.Of(new Point(point), at[i].Type, at[i].Device) : at[i];
        }

        Tensor loss = WeightedSum(function(inputs), 1);
        Tensor[] moved = [.. inputs.Where((_, i) => points[i] is not null)];
        double[]?[] values = [.. GradientsOf(loss, moved).Select(g => g is null ? null : Interpreter.Evaluate(g))];

        var worst = default(Mismatch);
        int next = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (points[i] is not { } point)
            {
                continue;
            }

            double[] backward = values[next++] ?? new double[point.Length];
            double[] slopes = new double[point.Length];
            for (int e = 0; e < point.Length; e++)
            {
                slopes[e] = Slope(loss, ref point[e]);
            }

            double floor = Math.Max(1e-6, SmallestScale * slopes.Select(Math.Abs).DefaultIfEmpty().Max());
            for (int e = 0; e < point.Length; e++)
            {
                double error = Math.Abs(backward[e] - slopes[e]) / Math.Max(floor, Math.Abs(backward[e]) + Math.Abs(slopes[e]));
                if (!(error <= worst.Error))
                {
                    worst = new Mismatch(error, i, Indices.Place(inputs[i].Shape, e), backward[e], slopes[e]);
                }

                if (double.IsNaN(error))
                {
                    return worst;
                }
            }
        }

        return worst;
    }

    private static double Slope(Tensor loss, ref double x)
    {
        double center = x;
        double Value(double shift, ref double x)
        {
            x = center + (shift * Step);
            return Interpreter.Evaluate(loss)[0];
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
    private static Tensor WeightedSum(Tensor y, ulong seed) => (y * new Rng(seed, y.Device).Uniform(y.Shape, 0.5, 1.5, DType.F64)).Sum();

    /// <summary>Values that the check moves between evaluations.</summary>
    private sealed class Point(double[] values) : Uniform
    {
        public override void Write(Span<byte> destination) => MemoryMarshal.AsBytes<double>(values).CopyTo(destination);
    }

    private readonly record struct Mismatch(double Error, int Input, string Place, double Backward, double Slope);
}
