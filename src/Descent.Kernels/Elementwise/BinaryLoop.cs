using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Applies a formula of two arguments to arrays: <c>yᵢ = f(aᵢ, bᵢ)</c>.</summary>
public static unsafe class BinaryLoop<TOp>
    where TOp : struct, IBinaryOp
{
    /// <summary>Arguments: a, b, y, each n floats. y may be a or b.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint* args, int n) => VectorLoop<Body>.Run(args, n);

    /// <summary>The same over n integers of 64 bits, rounded up to whole vectors: the arrays are tiles with room for them.</summary>
    [MethodImpl(Jit.Hot)]
    public static void RunIntegers(nint* args, int n)
    {
        long* a = (long*)args[0], b = (long*)args[1], y = (long*)args[2];
        for (nint i = 0; i < n; i += I64xN.Count)
        {
            TOp.Forward(I64xN.Load(a + i), I64xN.Load(b + i)).Store(y + i);
        }
    }

    /// <summary>The same in double precision.</summary>
    public static void RunReference(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> y)
    {
        Debug.Assert(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length.");
        for (int i = 0; i < a.Length; i++)
        {
            y[i] = TOp.Forward(new F64(a[i]), new F64(b[i])).Value;
        }
    }

    private readonly struct Body : IVectorLoopBody
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(nint* args, int n)
            where V : struct, ISimd<V>
        {
            float* a = (float*)args[0], b = (float*)args[1], y = (float*)args[2];
            for (nint i = 0; i < n; i += V.Count)
            {
                TOp.Forward(V.Load(a + i), V.Load(b + i)).Store(y + i);
            }
        }
    }
}
