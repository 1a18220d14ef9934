namespace Descent;

/// <summary>
/// A convolution that shares nothing: every output place has a kernel of its own, <c>y[k,p] = b[k,p] + Σ x[c, p·stride + i·dilation −
/// padding]·w[k,p,c,i]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, L) → y (N, Cout, L′) as <see cref="Conv1d"/>; inputSize is L, which the weights fix. Init: uniform, bound 1/√(Cin ·
/// kernel) for both; with <c>init</c>, that for the weight and 0 for the bias. LeCun, "Generalization and network design strategies", 1989.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
/// <exception cref="ShapeException">The windows do not fit the input size.</exception>
public sealed partial class LocallyConnected1d(
    int inChannels,
    int outChannels,
    PerAxis inputSize,
    PerAxis kernel,
    Rng rng,
    PerAxis? stride = null,
    Padding padding = default,
    PerAxis? dilation = null,
    bool bias = true,
    SizeRounding rounding = SizeRounding.Exact,
    Initializer? init = null)
    : LocallyConnectedNd(1, inChannels, outChannels, inputSize, kernel, rng, stride ?? 1, padding, dilation ?? 1, bias, rounding, init);
