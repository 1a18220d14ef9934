namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Linear =>
    [
        Layer("linear", (i, rng) => new Linear(At(i, 5, 7, 3), At(i, 4, 1, 9), rng), sums: 9),
        Layer("linear_no_bias", (i, rng) => new Linear(At(i, 5, 7, 3), At(i, 4, 1, 9), rng, bias: false), sums: 9),
        Layer("linear_regression", (i, _) => new LinearRegression(At(i, 6, 7, 3), At(i, 4, 1, 9)), sums: 7),
        Layer("linear_svm", (i, _) => new LinearSvm(At(i, 6, 7, 3), At(i, 4, 1, 9)), sums: 7),
        Layer("logistic_regression", (i, _) => new LogisticRegression(At(i, 6, 7, 3)), sums: 7),
        Layer("polynomial_regression", (i, _) => new PolynomialRegression(At(i, 4, 3, 2), At(i, 1, 2, 3), At(i, 1, 3, 2)), sums: 27),
        Layer("softmax_regression", (i, _) => new SoftmaxRegression(At(i, 6, 7, 3), At(i, 4, 1, 9)), sums: 7),
        Module("bilinear", (i, rng) => Form(i, rng, bias: true), (form, x) => [form.Forward(x[0], x[1])], sums: 15),
        Module("bilinear_no_bias", (i, rng) => Form(i, rng, bias: false), (form, x) => [form.Forward(x[0], x[1])], sums: 15),
    ];

    private static Bilinear Form(int i, Rng rng, bool bias) => new(At(i, 4, 1, 3), At(i, 3, 5, 2), At(i, 2, 3, 1), rng, bias);
}
