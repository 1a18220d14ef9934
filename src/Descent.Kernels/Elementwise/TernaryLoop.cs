using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Applies a formula of three arguments to arrays: <c>yᵢ = f(aᵢ, bᵢ, cᵢ)</c>.</summary>
public static unsafe class TernaryLoop<TOp>
    where TOp : struct, ITernaryOp
{
    /// <summary>Arguments: a, b, c, y, each n floats. y may be any of the others.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint* args, int n) => VectorLoop<Body>.Run(args, n);

    /// <summary>The same over n integers of 64 bits, rounded up to whole vectors: the arrays are tiles with room for them.</summary>
    [MethodImpl(Jit.Hot)]
    public static void RunIntegers(nint* args, int n)
    {
        long* a = (long*)args[0], b = (long*)args[1], c = (long*)args[2], y = (long*)args[3];
        for (nint i = 0; i < n; i += I64xN.Count)
        {
            TOp.Forward(I64xN.Load(a + i), I64xN.Load(b + i), I64xN.Load(c + i)).Store(y + i);
        }
    }

    /// <summary>The same in double precision.</summary>
    public static void RunReference(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, Span<double> y)
    {
        Debug.Assert(a.Length == b.Length && a.Length == c.Length && a.Length == y.Length, "a, b, c and y differ in length.");
        for (int i = 0; i < a.Length; i++)
        {
            y[i] = TOp.Forward(new F64(a[i]), new F64(b[i]), new F64(c[i])).Value;
        }
    }

    private readonly struct Body : IVectorLoopBody
    {
        public static int Inputs => 3;

        public static int Outputs => 1;

        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(nint* args, int n)
            where V : struct, ISimd<V>
        {
            float* a = (float*)args[0], b = (float*)args[1], c = (float*)args[2], y = (float*)args[3];
            for (nint i = 0; i < n; i += V.Count)
            {
                TOp.Forward(V.Load(a + i), V.Load(b + i), V.Load(c + i)).Store(y + i);
            }
        }
    }
}
