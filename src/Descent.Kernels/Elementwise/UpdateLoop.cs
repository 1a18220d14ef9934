using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>One optimizer step over arrays of parameters θ, gradients g and state values s0, s1, s2, in one pass.</summary>
public static unsafe class UpdateLoop<TRule>
    where TRule : unmanaged, IUpdateRule
{
    /// <summary>
    /// Arguments: θ, g, s0, s1, s2, rule, θ out, s0 out, s1 out, s2 out. rule points to a <typeparamref name="TRule"/>, the others to
    /// n floats each. States that the rule does not use are null. An output may be its own input.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint* args, int n) => VectorLoop<Body>.Run(args, n);

    /// <summary>The same in double precision, in place. States that the rule does not use are empty.</summary>
    public static void RunReference(
        in TRule rule, Span<double> theta, ReadOnlySpan<double> g, Span<double> s0, Span<double> s1, Span<double> s2)
    {
        Debug.Assert(theta.Length == g.Length, "θ and g differ in length.");
        F64 unused = default;
        for (int i = 0; i < theta.Length; i++)
        {
            F64 t = new(theta[i]);
            F64 state0 = TRule.States > 0 ? new(s0[i]) : unused;
            F64 state1 = TRule.States > 1 ? new(s1[i]) : unused;
            F64 state2 = TRule.States > 2 ? new(s2[i]) : unused;
            rule.Step(ref t, new F64(g[i]), ref state0, ref state1, ref state2);
            theta[i] = t.Value;
            if (TRule.States > 0)
            {
                s0[i] = state0.Value;
            }

            if (TRule.States > 1)
            {
                s1[i] = state1.Value;
            }

            if (TRule.States > 2)
            {
                s2[i] = state2.Value;
            }
        }
    }

    private readonly struct Body : IVectorLoopBody
    {
        public static int Inputs => 5;

        public static int Others => 1;

        public static int Outputs => 4;

        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(nint* args, int n)
            where V : struct, ISimd<V>
        {
            float* theta = (float*)args[0], g = (float*)args[1], s0 = (float*)args[2], s1 = (float*)args[3], s2 = (float*)args[4];
            TRule rule = *(TRule*)args[5];
            float* thetaOut = (float*)args[6], s0Out = (float*)args[7], s1Out = (float*)args[8], s2Out = (float*)args[9];
            for (nint i = 0; i < n; i += V.Count)
            {
                V t = V.Load(theta + i);
                V state0 = TRule.States > 0 ? V.Load(s0 + i) : default;
                V state1 = TRule.States > 1 ? V.Load(s1 + i) : default;
                V state2 = TRule.States > 2 ? V.Load(s2 + i) : default;
                rule.Step(ref t, V.Load(g + i), ref state0, ref state1, ref state2);
                t.Store(thetaOut + i);
                if (TRule.States > 0)
                {
                    state0.Store(s0Out + i);
                }

                if (TRule.States > 1)
                {
                    state1.Store(s1Out + i);
                }

                if (TRule.States > 2)
                {
                    state2.Store(s2Out + i);
                }
            }
        }
    }
}
