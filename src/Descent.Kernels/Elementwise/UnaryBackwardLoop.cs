using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The gradient of a formula of one argument: <c>dxᵢ = dyᵢ·f′(xᵢ)</c>, given y = f(x) too.</summary>
public static unsafe class UnaryBackwardLoop<TOp>
    where TOp : struct, IUnaryOp
{
    /// <summary>Arguments: x, y, dy, dx, each n floats. dx may be any of the others.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(nint* args, int n) => VectorLoop<Body>.Run(args, n);

    /// <summary>The same in double precision.</summary>
    public static void RunReference(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> dx)
    {
        Debug.Assert(x.Length == y.Length && x.Length == dy.Length && x.Length == dx.Length, "x, y, dy and dx differ in length.");
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] = TOp.Backward(new F64(x[i]), new F64(y[i]), new F64(dy[i])).Value;
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
            float* x = (float*)args[0], y = (float*)args[1], dy = (float*)args[2], dx = (float*)args[3];
            for (nint i = 0; i < n; i += V.Count)
            {
                TOp.Backward(V.Load(x + i), V.Load(y + i), V.Load(dy + i)).Store(dx + i);
            }
        }
    }
}
