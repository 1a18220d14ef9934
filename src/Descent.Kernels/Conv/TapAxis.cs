namespace Descent.Kernels;

/// <summary>
/// One axis of a correlation: target position Start + o·Step, for o in [0, Count), sums over the taps t in [0, Taps) at the source
/// positions Origin + o·Stride + t·Dilation; positions outside the source are zeros.
/// </summary>
/// <remarks>
/// The forward pass is one such axis. Its gradient by the input is one per residue of the target position modulo the stride: within a
/// residue the weights that meet a position are an arithmetic progression, and so are the outputs they come from. Every pass is thus a
/// plain correlation that gathers, and no element has two writers.
/// </remarks>
internal readonly record struct TapAxis(int Count, int Start, int Step, int Taps, int Origin, int Stride, int Dilation)
{
    /// <summary>The weight index of tap 0, and the distance to the weight of the next tap.</summary>
    public int Weight { get; private init; }

    public int WeightStep { get; private init; } = 1;

    /// <summary>Source positions before the first that are read as zeros.</summary>
    public int Before => Taps == 0 ? 0 : Math.Max(0, -Origin);

    public static TapAxis Forward(int outputs, int taps, int stride, int dilation, int padBefore) =>
        new(Count: outputs, Start: 0, Step: 1, taps, Origin: -padBefore, stride, dilation);

    /// <summary>
    /// The gradient by the input at positions <paramref name="residue"/>, residue + stride, … of <paramref name="inputs"/>.
    /// </summary>
    public static TapAxis BackwardInput(int residue, int inputs, int taps, int stride, int dilation, int padBefore)
    {
        // Tap i of output p reads input p·stride + i·dilation − pad; hence position h is reached from p = (h + pad − i·dilation) / stride.
        int first = 0, step = stride / GreatestCommonDivisor(stride, dilation);
        while (first < step && (residue + padBefore - (first * dilation)) % stride != 0)
        {
            first++;
        }
        int count = first < step && first < taps ? ((taps - 1 - first) / step) + 1 : 0;
        // Taps in descending order of weights, which is ascending order of outputs.
        int last = first + ((count - 1) * step);
        return new TapAxis(
            Count: (inputs - residue + stride - 1) / stride, Start: residue, Step: stride, count,
            Origin: count == 0 ? 0 : (residue + padBefore - (last * dilation)) / stride, Stride: 1, Dilation: step * dilation / stride)
        {
            Weight = count == 0 ? 0 : last,
            WeightStep = -step,
        };
    }

    /// <summary>The outputs from number <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public TapAxis Slice(int first, int count) =>
        this with { Count = count, Start = Start + (first * Step), Origin = Origin + (first * Stride) };

    /// <summary>
    /// Groups of <paramref name="g"/> neighbouring outputs as one output each, whose taps are those of all; what is left over is left out.
    /// </summary>
    public TapAxis Together(int g) =>
        this with { Count = Count / g, Step = g * Step, Stride = g * Stride, Taps = Taps + ((g - 1) * Stride) };

    /// <summary>Source positions after the last of <paramref name="source"/> that are read as zeros.</summary>
    public int After(int source) => Taps == 0 ? 0 : Math.Max(0, Origin + ((Count - 1) * Stride) + ((Taps - 1) * Dilation) - (source - 1));

    /// <summary>
    /// The taps of output <paramref name="o"/> that lie inside a source of <paramref name="source"/> positions: [first, last).
    /// </summary>
    public (int First, int Last) Inside(int o, int source)
    {
        int position = Origin + (o * Stride);
        int first = position >= 0 ? 0 : (-position + Dilation - 1) / Dilation;
        int last = position >= source ? 0 : Math.Min(Taps, ((source - 1 - position) / Dilation) + 1);
        return (first, Math.Max(first, last));
    }

    /// <summary>The outputs whose target position lies in [<paramref name="first"/>, <paramref name="last"/>).</summary>
    public (int First, int Last) Outputs(int first, int last) => (Math.Max(0, Ceiling(first - Start)), Math.Max(0, Ceiling(last - Start)));

    // The division rounds towards zero, which for what is negative is upwards already.
    private int Ceiling(int distance) => distance > 0 ? (distance + Step - 1) / Step : 0;

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
