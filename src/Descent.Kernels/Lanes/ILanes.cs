using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Numbers that a formula is written over: a SIMD vector of floats, one double, a dual number, or a symbol that builds graph nodes.
/// A formula written once as a generic method over <typeparamref name="V"/> is at once the fast kernel, its reference and its gradient
/// oracle.
/// </summary>
/// <remarks>
/// NaN: arithmetic and functions propagate it; <see cref="Max"/> and <see cref="Min"/> return NaN when either operand is NaN;
/// comparisons with NaN are false.
/// </remarks>
public interface ILanes<V>
    where V : struct, ILanes<V>
{
    /// <summary>A number that belongs to the formula.</summary>
    static abstract V Const(double value);

    /// <summary>A number given per launch, such as a learning rate: never part of a compiled plan.</summary>
    static abstract V Uniform(float value, [CallerArgumentExpression(nameof(value))] string name = "");

    static abstract V operator +(V a, V b);

    static abstract V operator -(V a, V b);

    static abstract V operator *(V a, V b);

    static abstract V operator /(V a, V b);

    static abstract V operator -(V a);

    /// <summary>a·b + c, rounded once where the machine has a fused multiply-add.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Max(V a, V b);

    static abstract V Min(V a, V b);

    static abstract V Abs(V a);

    static abstract V Sqrt(V a);

    static abstract V Floor(V a);

    static abstract V Exp(V a);

    static abstract V Log(V a);

    static abstract V Pow(V a, V b);

    static abstract V Sin(V a);

    static abstract V Cos(V a);

    static abstract V Tanh(V a);

    static abstract V Erf(V a);

    /// <summary>a &gt; b ? then : otherwise.</summary>
    static abstract V IfGreater(V a, V b, V then, V otherwise);

    /// <summary>a = b ? then : otherwise.</summary>
    static abstract V IfEqual(V a, V b, V then, V otherwise);
}
