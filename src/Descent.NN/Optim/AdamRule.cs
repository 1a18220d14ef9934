using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// One element's step of <see cref="Adam"/> and <see cref="AdamW"/>, which differ in where the decay λ goes: into the gradient, or into
/// 1 − η·λ, by which θ shrinks.
/// </summary>
/// <remarks>
/// What a launch has in common is folded on the host, which leaves one division per element: η / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ) for the
/// step t, counted from 1. So are 1 − β₁ and 1 − β₂, which would lose digits in f32.
/// </remarks>
internal readonly record struct AdamRule<TAmsgrad>(
    float CorrectedRate, float Shrink, float Decay, float Beta1, float Rest1, float Beta2, float Rest2, float Epsilon, float RootCorrection) : IUpdateRule
    where TAmsgrad : struct, ISwitch
{
    public AdamRule(double rate, double shrink, double decay, double beta1, double beta2, double epsilon, long step)
        : this(
            (float)(rate / (1 - Math.Pow(beta1, step))),
            (float)shrink,
            (float)decay,
            (float)beta1,
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)epsilon,
            (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))))
    {
    }

    public static int States => TAmsgrad.IsOn ? 3 : 2;

    /// <summary>Parameter θ, gradient g, first moment m, second moment v and its maximum.</summary>
    [MethodImpl(Inline)]
    public void Step<V>(ref V theta, V g, ref V m, ref V v, ref V largest)
        where V : struct, ILanes<V>
    {
        g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
        m = V.MultiplyAdd(V.Uniform(Beta1), m, V.Uniform(Rest1) * g);
        v = V.MultiplyAdd(V.Uniform(Beta2), v, V.Uniform(Rest2) * g * g);
        V second = v;
        if (TAmsgrad.IsOn)
        {
            largest = V.Max(largest, v);
            second = largest;
        }

        V root = V.MultiplyAdd(V.Sqrt(second), V.Uniform(RootCorrection), V.Uniform(Epsilon));
        theta = (V.Uniform(Shrink) * theta) - (V.Uniform(CorrectedRate) * m / root);
    }
}

/// <summary>The state values of Adam and its kin.</summary>
internal static class AdamState
{
    public static string[] Names(bool amsgrad) => amsgrad ? ["m", "v", "v_max"] : ["m", "v"];
}
