using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Applies a formula of one argument to arrays: <c>yᵢ = f(xᵢ)</c>.</summary>
public static unsafe class UnaryLoop<TOp>
    where TOp : struct, IUnaryOp
{
    /// <summary>Arguments: x, y, each n floats. y may be x.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint* args, int n) => VectorLoop<Body>.Run(args, n);

    /// <summary>The same over n integers of 64 bits, rounded up to whole vectors: the arrays are tiles with room for them.</summary>
    [MethodImpl(Jit.Hot)]
    public static void RunIntegers(nint* args, int n)
    {
        long* x = (long*)args[0], y = (long*)args[1];
        for (nint i = 0; i < n; i += I64xN.Count)
        {
            TOp.Forward(I64xN.Load(x + i)).Store(y + i);
        }
    }

    /// <summary>The same in double precision.</summary>
    public static void RunReference(ReadOnlySpan<double> x, Span<double> y)
    {
        Debug.Assert(x.Length == y.Length, "x and y differ in length.");
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = TOp.Forward(new F64(x[i])).Value;
        }
    }

    private readonly struct Body : IVectorLoopBody
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        [MethodImpl(VectorLoop.Body)]
        public static void Run<V>(nint* args, int n)
            where V : struct, ISimd<V>
        {
            float* x = (float*)args[0], y = (float*)args[1];
            for (nint i = 0; i < n; i += V.Count)
            {
                TOp.Forward(V.Load(x + i)).Store(y + i);
            }
        }
    }
}
