namespace Descent;

/// <summary>How a weight begins, as an expression: given its shape, the number of inputs that each output sums over, and what to draw from.</summary>
/// <remarks>Layers that take one set their bias to 0, as the field does wherever it leaves a framework's default.</remarks>
public delegate Tensor Initializer(Shape shape, int fanIn, Rng rng);

/// <summary>Initial values of parameters, as expressions: nothing is drawn before a value is first used.</summary>
/// <remarks>
/// fanIn is the number of inputs that each output sums over (for a convolution: channels of a group · kernel²), fanOut its mirror image.
/// </remarks>
public static class Init
{
    /// <summary>The slope a with which <see cref="KaimingUniform"/> gives the bound 1/√fanIn: √5.</summary>
    public const double DefaultSlope = 2.2360679774997896;

    /// <summary>Where <see cref="TruncatedNormal(Shape, double, Rng)"/> cuts, in units of the deviation given.</summary>
    public const double TruncatedAt = 2;

    // Φ(2) − Φ(−2) = erf(√2).
    private const double TruncatedMass = 0.95449973610364158;

    // Giles, "Approximating the erfinv function", GPU Computing Gems 2011, table 5, central region: −ln(1 − u²) < 5, highest power first.
    private static readonly double[] s_inverseErf =
    [
        2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727,
        1.50140941,
    ];

    /// <summary><see cref="KaimingNormal"/> for a layer that a ReLU follows.</summary>
    public static Initializer He { get; } = static (shape, fanIn, rng) => KaimingNormal(shape, fanIn, rng);

    /// <summary>
    /// A convolution that passes its input on: output channel i is input channel i as far as there are both; the other outputs begin as
    /// <see cref="KaimingUniform"/> says. For odd kernels that keep the size.
    /// </summary>
    /// <remarks>Zagoruyko and Komodakis, "DiracNets: Training Very Deep Neural Networks Without Skip-Connections", 2017.</remarks>
    public static Initializer Dirac { get; } = static (shape, fanIn, rng) =>
    {
        int passed = Math.Min(shape[0], shape[1]), taps = checked((int)(shape.Count / shape[0] / shape[1]));
        float[] identity = new float[passed * shape[1] * taps];
        for (int i = 0; i < passed; i++)
        {
            identity[(((i * shape[1]) + i) * taps) + (taps / 2)] = 1;
        }

        Tensor first = Tensor.From(identity, shape.With(0, passed), rng.Device);
        return passed == shape[0] ? first : Tensor.Concat(0, first, KaimingUniform(shape.With(0, shape[0] - passed), fanIn, rng));
    };

    /// <summary><see cref="Normal(Shape, double, Rng)"/> of a deviation, whatever the layer's size.</summary>
    public static Initializer Normal(double deviation) => (shape, _, rng) => Normal(shape, deviation, rng);

    /// <summary><see cref="TruncatedNormal(Shape, double, Rng)"/> of a deviation, whatever the layer's size: 0.02 in transformers.</summary>
    public static Initializer TruncatedNormal(double deviation) => (shape, _, rng) => TruncatedNormal(shape, deviation, rng);

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

    /// <summary>
    /// Normal with mean 0 of which only what lies within <see cref="TruncatedAt"/> deviations is kept, so that no weight begins far out;
    /// what is kept has 0.88 of the deviation given.
    /// </summary>
    /// <remarks>
    /// Drawn by the inverse of the distribution function, <c>x = √2·σ·erf⁻¹(u)</c> with u uniform in ±erf(√2).
    /// Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021, begin every matrix so.
    /// </remarks>
    public static Tensor TruncatedNormal(Shape shape, double deviation, Rng rng)
    {
        Tensor u = Uniform(shape, TruncatedMass, rng);
        Tensor w = -(1 - u.Square()).Log() - 2.5;
        Tensor inverse = w * s_inverseErf[0] + s_inverseErf[1];
        foreach (double coefficient in s_inverseErf.AsSpan(2))
        {
            inverse = (inverse * w) + coefficient;
        }

        return inverse * u * (Math.Sqrt(2) * deviation);
    }

    private static double Gain(double slope) => Math.Sqrt(2 / (1 + (slope * slope)));
}
