namespace Descent.Kernels;

/// <summary>Lanes that are loaded from and stored to memory as <see cref="Count"/> consecutive floats.</summary>
/// <remarks>
/// Bits: the lanes of every width agree bit for bit within one process, because all of them use the same polynomials and,
/// where the machine has it, the same fused multiply-add. So a value does not depend on its place in a vector.
/// </remarks>
public unsafe interface ISimd<V> : ILanes<V>
    where V : struct, ISimd<V>
{
    /// <summary>How many floats a vector holds.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> floats from <paramref name="source"/>; no alignment is needed.</summary>
    static abstract V Load(float* source);

    /// <summary>Writes <see cref="Count"/> floats to <paramref name="destination"/>; no alignment is needed.</summary>
    void Store(float* destination);

    /// <summary>The same past the caches to memory; <paramref name="destination"/> must be a multiple of the vector's size.</summary>
    void Stream(float* destination);
}

/// <summary>What the polynomials of exp, log, tanh, erf, sin, cos and pow need beyond <see cref="ILanes{V}"/>.</summary>
internal interface ISimdPrimitives<V> : ISimd<V>
    where V : struct, ISimdPrimitives<V>
{
    /// <summary>The nearest whole number, halves to even.</summary>
    static abstract V Round(V a);

    /// <summary>a·2ⁿ, rounded once, for whole n in [−160, 160] and |a| in [½, 2).</summary>
    static abstract V Scale(V a, V n);

    /// <summary>Splits a positive normal x into m·2ᵉ with m in [⅔, 4⁄3) and whole e; anything else yields rubbish.</summary>
    static abstract V Split(V x, out V exponent);

    /// <summary>a &gt; b ? a : b; b when b is NaN.</summary>
    static abstract V MaxNative(V a, V b);

    /// <summary>a &lt; b ? a : b; b when b is NaN.</summary>
    static abstract V MinNative(V a, V b);

    /// <summary>The rounding error a·b − product, exactly, of <paramref name="product"/> = a·b rounded; no overflow allowed.</summary>
    static abstract V ProductError(V a, V b, V product);

    /// <summary>|magnitude| with the sign bit of <paramref name="sign"/>.</summary>
    static abstract V CopySign(V magnitude, V sign);
}
