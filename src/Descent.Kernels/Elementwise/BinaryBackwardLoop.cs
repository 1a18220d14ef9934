using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The gradients of a formula of two arguments: <c>daᵢ = dyᵢ·∂f/∂a</c> and <c>dbᵢ = dyᵢ·∂f/∂b</c>, given y = f(a, b) too.
/// </summary>
public static unsafe class BinaryBackwardLoop<TOp>
    where TOp : struct, IBinaryOp
{
    /// <summary>Arguments: a, b, y, dy, da, each n floats. da may be any of the others.</summary>
    [MethodImpl(Jit.Hot)]
    public static void RunA(nint* args, int n) => VectorLoop<Body<ByA>>.Run(args, n);

    /// <summary>Arguments: a, b, y, dy, db, each n floats. db may be any of the others.</summary>
    [MethodImpl(Jit.Hot)]
    public static void RunB(nint* args, int n) => VectorLoop<Body<ByB>>.Run(args, n);

    /// <summary>da in double precision.</summary>
    public static void RunReferenceA(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> da) =>
        RunReference<ByA>(a, b, y, dy, da);

    /// <summary>db in double precision.</summary>
    public static void RunReferenceB(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> db) =>
        RunReference<ByB>(a, b, y, dy, db);

    private static void RunReference<TSide>(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> result)
        where TSide : struct, ISide
    {
        Debug.Assert(
            a.Length == b.Length && a.Length == y.Length && a.Length == dy.Length && a.Length == result.Length,
            "a, b, y, dy and the gradient differ in length.");
        for (int i = 0; i < a.Length; i++)
        {
            result[i] = TSide.Backward(new F64(a[i]), new F64(b[i]), new F64(y[i]), new F64(dy[i])).Value;
        }
    }

    private interface ISide
    {
        static abstract V Backward<V>(V a, V b, V y, V dy)
            where V : struct, ILanes<V>;
    }

    private readonly struct ByA : ISide
    {
        [MethodImpl(Jit.Inline)]
        public static V Backward<V>(V a, V b, V y, V dy)
            where V : struct, ILanes<V> => TOp.BackwardA(a, b, y, dy);
    }

    private readonly struct ByB : ISide
    {
        [MethodImpl(Jit.Inline)]
        public static V Backward<V>(V a, V b, V y, V dy)
            where V : struct, ILanes<V> => TOp.BackwardB(a, b, y, dy);
    }

    private readonly struct Body<TSide> : IVectorLoopBody
        where TSide : struct, ISide
    {
        public static int Inputs => 4;

        public static int Outputs => 1;

        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(nint* args, int n)
            where V : struct, ISimd<V>
        {
            float* a = (float*)args[0], b = (float*)args[1], y = (float*)args[2], dy = (float*)args[3], result = (float*)args[4];
            for (nint i = 0; i < n; i += V.Count)
            {
                TSide.Backward(V.Load(a + i), V.Load(b + i), V.Load(y + i), V.Load(dy + i)).Store(result + i);
            }
        }
    }
}
