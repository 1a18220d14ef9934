using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>An associative operation that takes many numbers to one.</summary>
public interface IReduction
{
    /// <summary>The name users see in errors and plans.</summary>
    static abstract string Name { get; }

    /// <summary>What an empty set reduces to: combining with it changes nothing.</summary>
    static abstract double Identity { get; }

    static abstract V Combine<V>(V a, V b)
        where V : struct, ILanes<V>;

    /// <summary><see cref="Combine{V}"/> of one lane.</summary>
    static abstract float Combine(float a, float b);
}

/// <summary>A reduction whose result is one of its elements.</summary>
public interface IExtremum : IReduction
{
    /// <summary>True when the candidate comes before the leader so far: NaN before every number, and not before its equal.</summary>
    static abstract bool Beats<T>(T candidate, T leader)
        where T : unmanaged, INumber<T>;
}

/// <summary><c>y = Σ x</c>; 0 for no element.</summary>
public readonly struct SumReduction : IReduction
{
    public static string Name => "sum";

    public static double Identity => 0;

    [MethodImpl(Jit.Inline)]
    public static V Combine<V>(V a, V b)
        where V : struct, ILanes<V> => a + b;

    [MethodImpl(Jit.Inline)]
    public static float Combine(float a, float b) => a + b;
}

/// <summary><c>y = max x</c>; NaN when any element is NaN, −∞ for no element.</summary>
public readonly struct MaxReduction : IExtremum
{
    public static string Name => "max";

    public static double Identity => double.NegativeInfinity;

    [MethodImpl(Jit.Inline)]
    public static V Combine<V>(V a, V b)
        where V : struct, ILanes<V> => V.Max(a, b);

    [MethodImpl(Jit.Inline)]
    public static float Combine(float a, float b) => MathF.Max(a, b);

    [MethodImpl(Jit.Inline)]
    public static bool Beats<T>(T candidate, T leader)
        where T : unmanaged, INumber<T> => candidate > leader || (T.IsNaN(candidate) && !T.IsNaN(leader));
}

/// <summary><c>y = min x</c>; NaN when any element is NaN, ∞ for no element.</summary>
public readonly struct MinReduction : IExtremum
{
    public static string Name => "min";

    public static double Identity => double.PositiveInfinity;

    [MethodImpl(Jit.Inline)]
    public static V Combine<V>(V a, V b)
        where V : struct, ILanes<V> => V.Min(a, b);

    [MethodImpl(Jit.Inline)]
    public static float Combine(float a, float b) => MathF.Min(a, b);

    [MethodImpl(Jit.Inline)]
    public static bool Beats<T>(T candidate, T leader)
        where T : unmanaged, INumber<T> => candidate < leader || (T.IsNaN(candidate) && !T.IsNaN(leader));
}
