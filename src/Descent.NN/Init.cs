namespace Descent;

/// <summary>Initial values of parameters, as expressions: nothing is drawn before a value is first used.</summary>
/// <remarks>
/// fanIn is the number of inputs that each output sums over (for a convolution: channels of a group · kernel²), fanOut its mirror image.
/// </remarks>
public static class Init
{
    /// <summary>The slope a with which <see cref="KaimingUniform"/> gives the bound 1/√fanIn: √5.</summary>
    public const double DefaultSlope = 2.2360679774997896;

    /// <summary>
    /// Uniform in ±gain·√(3 / fanIn) with gain = √(2 / (1 + a²)): the default slope a = √5 gives ±1/√fanIn, 0 is for ReLU.
    /// </summary>
    /// <remarks>He et al., "Delving Deep into Rectifiers", ICCV 2015.</remarks>
    public static Tensor KaimingUniform(Shape shape, int fanIn, Rng rng, double slope = DefaultSlope) =>
        Uniform(shape, Gain(slope) * Math.Sqrt(3.0 / Require.Positive(fanIn)), rng);

    /// <summary>
    /// Normal with mean 0 and deviation gain / √fanIn, gain = √(2 / (1 + a²)) for the slope a of a leaky ReLU; 0 is for ReLU.
    /// </summary>
    /// <remarks>He et al., "Delving Deep into Rectifiers", ICCV 2015.</remarks>
    public static Tensor KaimingNormal(Shape shape, int fanIn, Rng rng, double slope = 0) =>
        Normal(shape, Gain(slope) / Math.Sqrt(Require.Positive(fanIn)), rng);

    /// <summary>Uniform in ±√(6 / (fanIn + fanOut)): keeps the variance of activations and gradients through layers of tanh.</summary>
    /// <remarks>Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.</remarks>
    public static Tensor XavierUniform(Shape shape, int fanIn, int fanOut, Rng rng) =>
        Uniform(shape, Math.Sqrt(6.0 / (Require.Positive(fanIn) + Require.Positive(fanOut))), rng);

    /// <summary>Normal with mean 0 and deviation √(2 / (fanIn + fanOut)).</summary>
    /// <remarks>Glorot and Bengio, AISTATS 2010.</remarks>
    public static Tensor XavierNormal(Shape shape, int fanIn, int fanOut, Rng rng) =>
        Normal(shape, Math.Sqrt(2.0 / (Require.Positive(fanIn) + Require.Positive(fanOut))), rng);

    /// <summary>Uniform in ±bound.</summary>
    public static Tensor Uniform(Shape shape, double bound, Rng rng) => rng.Uniform(shape, -bound, bound);

    /// <summary>Normal with mean 0.</summary>
    public static Tensor Normal(Shape shape, double deviation, Rng rng) => rng.Normal(shape, 0, deviation);

    private static double Gain(double slope) => Math.Sqrt(2 / (1 + (slope * slope)));
}
