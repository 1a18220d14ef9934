using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>What a convolution does to each element that it reads, instead of a pass of its own before it.</summary>
public enum Prologue
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>max(scale[c]·x + shift[c], 0)</c>: a rectified batch normalisation. Zeros around the image stay zeros.</summary>
    ScaleShiftRelu,
}

/// <summary>Where images are read, and what of their channels the prologue reads.</summary>
/// <param name="Data">The first image.</param>
/// <param name="Scale">One factor per channel, null without prologue.</param>
/// <param name="Shift">One addend per channel, null without prologue.</param>
internal readonly unsafe record struct SourceImages(nint Data, nint Scale, nint Shift)
{
    public SourceImages(float* data, float* scale, float* shift)
        : this((nint)data, (nint)scale, (nint)shift)
    {
    }
}

/// <summary>A formula of <see cref="Prologue"/>.</summary>
internal interface ISourcePrologue
{
    static abstract bool Scales { get; }

    static abstract V Apply<V>(V x, V scale, V shift)
        where V : struct, ISimd<V>;
}

/// <inheritdoc cref="Prologue.None"/>
internal readonly struct NoPrologue : ISourcePrologue
{
    public static bool Scales => false;

    [MethodImpl(Jit.Inline)]
    public static V Apply<V>(V x, V scale, V shift)
        where V : struct, ISimd<V> => x;
}

/// <inheritdoc cref="Prologue.ScaleShiftRelu"/>
internal readonly struct ScaleShiftReluPrologue : ISourcePrologue
{
    public static bool Scales => true;

    [MethodImpl(Jit.Inline)]
    public static V Apply<V>(V x, V scale, V shift)
        where V : struct, ISimd<V> => V.Max(V.MultiplyAdd(x, scale, shift), V.Const(0));
}
