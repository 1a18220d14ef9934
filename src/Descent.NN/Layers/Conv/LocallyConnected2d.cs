namespace Descent;

/// <summary>
/// A convolution that shares nothing: every output place has a kernel of its own, <c>y[k,p,q] = b[k,p,q] + Σ x[c, p·stride + i·dilation −
/// padding, …]·w[k,p,q,c,i,j]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, H, W) → y (N, Cout, H′, W′) as <see cref="Conv2d"/>; inputSize is H and W, which the weights fix. Init: uniform,
/// bound 1/√(Cin · kernel²) for both; with <c>init</c>, that for the weight and 0 for the bias. Taigman et al., "DeepFace", CVPR 2014;
/// LeCun, "Generalization and network design strategies", 1989.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
/// <exception cref="ShapeException">The windows do not fit the input size.</exception>
public sealed partial class LocallyConnected2d(
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
    : LocallyConnectedNd(2, inChannels, outChannels, inputSize, kernel, rng, stride ?? 1, padding, dilation ?? 1, bias, rounding, init);
