// Gradients are values, and can be differentiated again: the slope of Rosenbrock's valley at (−1.2, 1), its curvature along one direction,
// and ten steps of Newton's method.
using Descent;

static Tensor Rosenbrock(Tensor p)
{
    Tensor x = p.Narrow(axis: 0, start: 0, size: 1), y = p.Narrow(axis: 0, start: 1, size: 1);
    return ((1 - x).Square() + (100 * (y - x.Square()).Square())).Sum();
}

Tensor start = Tensor.From([-1.2, 1.0], new(2));
Tensor slope = Rosenbrock(start).Backward(start)[0];
Console.WriteLine($"gradient at (-1.2, 1): ({string.Join(", ", slope.ToArray<double>().Select(v => $"{v:F1}"))})");

// A Hessian-vector product is the gradient of the gradient's part along v.
Tensor v = Tensor.From([1.0, 0.0], new(2));
Tensor curvature = (slope * v).Sum().Backward(start)[0];
Console.WriteLine($"curvature along x: ({string.Join(", ", curvature.ToArray<double>().Select(c => $"{c:F1}"))})");

double[] at = start.ToArray<double>();
for (int i = 0; i < 10; i++)
{
    Tensor p = Tensor.From(at, new(2));
    Tensor gradient = Rosenbrock(p).Backward(p)[0];
    double[] g = gradient.ToArray<double>();
    double[] column0 = Along(0), column1 = Along(1);
    double determinant = (column0[0] * column1[1]) - (column1[0] * column0[1]);
    at[0] -= ((column1[1] * g[0]) - (column1[0] * g[1])) / determinant;
    at[1] -= ((column0[0] * g[1]) - (column0[1] * g[0])) / determinant;

    double[] Along(int axis) => gradient.Narrow(axis: 0, start: axis, size: 1).Sum().Backward(p)[0].ToArray<double>();
}
Console.WriteLine($"Newton's method ends at ({at[0]:F6}, {at[1]:F6})");
