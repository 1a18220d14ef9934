namespace Descent;

public static partial class Models
{
    /// <inheritdoc cref="Descent.Perceptron"/>
    public static Perceptron Perceptron(int inFeatures, int outputs = 1, Device? device = null) => new(inFeatures, outputs, device);

    /// <inheritdoc cref="Descent.LinearRegression"/>
    public static LinearRegression LinearRegression(int inFeatures, int outFeatures = 1, Device? device = null) => new(inFeatures, outFeatures, device);

    /// <inheritdoc cref="Descent.PolynomialRegression"/>
    public static PolynomialRegression PolynomialRegression(int degree, int inFeatures = 1, int outFeatures = 1, Device? device = null) =>
        new(degree, inFeatures, outFeatures, device);

    /// <inheritdoc cref="Descent.LogisticRegression"/>
    public static LogisticRegression LogisticRegression(int inFeatures, Device? device = null) => new(inFeatures, device);

    /// <inheritdoc cref="Descent.SoftmaxRegression"/>
    public static SoftmaxRegression SoftmaxRegression(int classes = 10, Shape? imageShape = null, Device? device = null) =>
        new(checked((int)(imageShape ?? Mnist).Count), classes, device);

    /// <inheritdoc cref="Descent.LinearSvm"/>
    public static LinearSvm LinearSvm(int classes = 10, Shape? imageShape = null, Device? device = null) =>
        new(checked((int)(imageShape ?? Mnist).Count), classes, device);

    /// <inheritdoc cref="Descent.NearestNeighbors"/>
    public static NearestNeighbors NearestNeighbors(Tensor examples, Tensor labels, DistanceMetric metric = DistanceMetric.L2, Device? device = null) =>
        new(examples, labels, metric, device);
}
