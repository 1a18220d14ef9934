namespace Descent.Kernels;

/// <summary>Which algorithms serve a pass of a shape, what they cost and how exact they are.</summary>
/// <remarks>
/// A function of the shape and of the vectors' width alone, never of threads or of timing, so that a program computes the same bits
/// wherever it runs on the same instruction set.
/// </remarks>
public static class Conv2dAlgorithms
{
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>The largest of some millions of errors in standard deviations; large results have larger errors than small ones.</summary>
    private const double LargestOfMany = 20;

    /// <summary>All algorithms that serve, the fastest by estimate first.</summary>
    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public static IReadOnlyList<Conv2dCandidate> For(Conv2dShape shape, Conv2dPass pass)
    {
        Conv2dShape s = shape.Validated();
        if (s.IsDepthwise)
        {
            return [new(Conv2dAlgorithm.Depthwise, Conv2dCost.Depthwise(s), DirectError(s, pass))];
        }
        var direct = new Conv2dCandidate(Conv2dAlgorithm.Direct, Conv2dCost.Direct(s.Flattened(), pass), DirectError(s, pass));
        if (!WinogradServes(s))
        {
            return [direct];
        }
        var winograd = new Conv2dCandidate(Conv2dAlgorithm.Winograd, Conv2dCost.Winograd(s, pass), WinogradError(s, pass));
        return winograd.Seconds < direct.Seconds ? [winograd, direct] : [direct, winograd];
    }

    /// <summary>The fastest by estimate.</summary>
    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public static Conv2dAlgorithm Fastest(Conv2dShape shape, Conv2dPass pass) => For(shape, pass)[0].Algorithm;

    /// <summary>Whether the algorithm can do a <see cref="Prologue"/> to the input x in a pass that reads it.</summary>
    public static bool TakesPrologue(Conv2dAlgorithm algorithm, Conv2dShape shape, Conv2dPass pass)
    {
        const int WidestVector = 16;
        return algorithm == Conv2dAlgorithm.Winograd && pass != Conv2dPass.BackwardInput && shape.C % WidestVector == 0;
    }

    /// <summary>Returns the algorithm where it serves the shape.</summary>
    internal static Conv2dAlgorithm Validated(Conv2dAlgorithm algorithm, Conv2dShape shape, Conv2dPass pass, Prologue prologue = Prologue.None)
    {
        IReadOnlyList<Conv2dCandidate> candidates = For(shape, pass);
        if (prologue != Prologue.None && !TakesPrologue(algorithm, shape, pass))
        {
            throw new ArgumentException($"conv2d: {algorithm} takes no prologue in {pass} of {shape}: Winograd does, of channels in sixteens.");
        }
        return candidates.Any(c => c.Algorithm == algorithm)
            ? algorithm
            : throw new ArgumentException(
                $"conv2d: {algorithm} does not serve {shape}; what does: {string.Join(", ", candidates.Select(c => c.Algorithm))}.");
    }

    private static bool WinogradServes(in Conv2dShape s) =>
        s is
        {
            KernelH: WinogradTransforms.Taps, KernelW: WinogradTransforms.Taps, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Groups: 1,
            PadTop: < WinogradTransforms.Taps, PadLeft: < WinogradTransforms.Taps, PadBottom: < WinogradTransforms.Taps,
            PadRight: < WinogradTransforms.Taps,
        };

    /// <summary>
    /// Terms whose partial sums grow as a random walk: the rounding of the k-th of n has a variance of k·u²⁄3, all of them of n²·u²⁄6.
    /// </summary>
    private static double DirectError(in Conv2dShape s, Conv2dPass pass) => LargestOfMany * UnitRoundoff * Math.Sqrt(Terms(s, pass) / 6);

    /// <summary>
    /// The chain is nine or sixteen times shorter, but its terms, and so their roundings, are larger than the result: by a factor that
    /// depends on the transforms alone and was measured.
    /// </summary>
    private static double WinogradError(in Conv2dShape s, Conv2dPass pass)
    {
        const double Amplification = 8, TransformTerms = 32;
        double chain = pass == Conv2dPass.BackwardWeight ? new TileGrid(s.N, s.OutH, s.OutW).Count : pass == Conv2dPass.Forward ? s.C : s.K;
        return LargestOfMany * UnitRoundoff * Amplification * Math.Sqrt((chain + TransformTerms) / 6);
    }

    private static double Terms(in Conv2dShape s, Conv2dPass pass) => pass switch
    {
        Conv2dPass.Forward => (double)s.GroupC * s.KernelH * s.KernelW,
        Conv2dPass.BackwardInput => (double)s.GroupK * s.KernelH * s.KernelW,
        _ => (double)s.N * s.OutH * s.OutW,
    };
}
