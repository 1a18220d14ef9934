namespace Descent.Kernels;

/// <summary>
/// What happens to a tile of C in registers before it is stored. The properties are constants that the compiler folds, in this order:
/// <c>c·scale + shift</c> or <c>c + shift</c>, then <c>+ other</c>, then <c>max(c, 0)</c>, then <c>other &gt; 0 ? c : 0</c>.
/// </summary>
public interface IEpilogue
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
}

/// <summary>The epilogues as a value, for plans that choose one at run time.</summary>
public enum Epilogue
{
    None,
    Bias,
    BiasRelu,
    ScaleShift,
    ScaleShiftRelu,
    Residual,
    ResidualRelu,
    ReluMask,
}

/// <summary>y = c.</summary>
public readonly struct NoEpilogue : IEpilogue;

/// <summary>y = c + shift.</summary>
public readonly struct BiasEpilogue : IEpilogue
{
    public static bool Shifts => true;
}

/// <summary>y = max(c + shift, 0).</summary>
public readonly struct BiasReluEpilogue : IEpilogue
{
    public static bool Shifts => true;

    public static bool Rectifies => true;
}

/// <summary>y = c·scale + shift: a batch normalisation with fixed statistics.</summary>
public readonly struct ScaleShiftEpilogue : IEpilogue
{
    public static bool Scales => true;
}

/// <summary>y = max(c·scale + shift, 0).</summary>
public readonly struct ScaleShiftReluEpilogue : IEpilogue
{
    public static bool Scales => true;

    public static bool Rectifies => true;
}

/// <summary>y = c·scale + shift + other.</summary>
public readonly struct ResidualEpilogue : IEpilogue
{
    public static bool Scales => true;

    public static bool AddsOther => true;
}

/// <summary>y = max(c·scale + shift + other, 0): the end of a residual block.</summary>
public readonly struct ResidualReluEpilogue : IEpilogue
{
    public static bool Scales => true;

    public static bool AddsOther => true;

    public static bool Rectifies => true;
}

/// <summary>y = other &gt; 0 ? c : 0.</summary>
public readonly struct ReluMaskEpilogue : IEpilogue
{
    public static bool Gates => true;
}
