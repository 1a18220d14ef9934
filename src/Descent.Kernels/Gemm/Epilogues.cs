namespace Descent.Kernels;

/// <summary>
/// What happens to a tile of C in registers before it is stored: c the sum, scale and shift one value per column, other one per element.
/// </summary>
public enum Epilogue
{
    /// <summary>y = c.</summary>
    None,

    /// <summary>y = c + shift.</summary>
    Bias,

    /// <summary>y = max(c + shift, 0); NaN stays NaN.</summary>
    BiasRelu,

    /// <summary>y = c·scale + shift, rounded once: a batch normalisation with fixed statistics.</summary>
    ScaleShift,

    /// <summary>y = max(c·scale + shift, 0).</summary>
    ScaleShiftRelu,

    /// <summary>y = (c·scale + shift) + other.</summary>
    Residual,

    /// <summary>y = max((c·scale + shift) + other, 0): the end of a residual block.</summary>
    ResidualRelu,

    /// <summary>y = other &gt; 0 ? c : 0: the gradient through a rectifier whose saved output is other.</summary>
    ReluMask,
}

/// <summary>
/// An <see cref="Epilogue"/> as the microkernels are compiled for it. The properties are constants that fold away, in this order:
/// <c>c·scale + shift</c> or <c>c + shift</c>, then <c>+ other</c>, then <c>max(c, 0)</c>, then <c>other &gt; 0 ? c : 0</c>.
/// </summary>
internal interface IEpilogue
{
    /// <summary>c·scale + shift with one factor and one addend per column.</summary>
    static virtual bool Scales => false;

    /// <summary>c + shift with one addend per column.</summary>
    static virtual bool Shifts => false;

    /// <summary>c + other with one addend per element.</summary>
    static virtual bool AddsOther => false;

    /// <summary>max(c, 0); NaN stays NaN.</summary>
    static virtual bool Rectifies => false;

    /// <summary>c where other &gt; 0, else 0: the gradient through a rectifier whose saved output is other.</summary>
    static virtual bool Gates => false;

    /// <summary>The tile goes past the caches, in whole vectors: see <see cref="Microkernel.GetStreaming"/>.</summary>
    static virtual bool Streams => false;
}

internal readonly struct NoEpilogue : IEpilogue;

internal readonly struct BiasEpilogue : IEpilogue
{
    public static bool Shifts => true;
}

internal readonly struct BiasReluEpilogue : IEpilogue
{
    public static bool Shifts => true;

    public static bool Rectifies => true;
}

internal readonly struct ScaleShiftEpilogue : IEpilogue
{
    public static bool Scales => true;
}

internal readonly struct ScaleShiftReluEpilogue : IEpilogue
{
    public static bool Scales => true;

    public static bool Rectifies => true;
}

internal readonly struct ResidualEpilogue : IEpilogue
{
    public static bool Scales => true;

    public static bool AddsOther => true;
}

internal readonly struct ResidualReluEpilogue : IEpilogue
{
    public static bool Scales => true;

    public static bool AddsOther => true;

    public static bool Rectifies => true;
}

internal readonly struct ReluMaskEpilogue : IEpilogue
{
    public static bool Gates => true;
}

/// <summary>y = c, for another core to read.</summary>
internal readonly struct StreamEpilogue : IEpilogue
{
    public static bool Streams => true;
}
