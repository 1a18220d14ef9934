using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Short names for the two method options that every kernel states.</summary>
public static class Jit
{
    /// <summary>On formulas and lane members: without it each vector passes through a call and memory.</summary>
    public const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>On kernels and loop drivers: a lanes loop that starts in tier 0 is more than twenty times slower.</summary>
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
}
