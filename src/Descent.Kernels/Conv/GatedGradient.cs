using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The gradient of a pooled image behind a rectifier: dy where y is above 0, else 0.</summary>
internal static unsafe class GatedGradient
{
    /// <summary>Writes <paramref name="count"/> elements; with <paramref name="y"/> null all of dy passes.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(float* dy, float* y, float* gated, nint count)
    {
        if (y is null)
        {
            new ReadOnlySpan<float>(dy, (int)count).CopyTo(new Span<float>(gated, (int)count));
            return;
        }
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<int> passes = Vector.GreaterThan(Vector.Load(y + i), Vector<float>.Zero);
            Vector.ConditionalSelect(passes, Vector.Load(dy + i), Vector<float>.Zero).Store(gated + i);
        }
        for (; i < count; i++)
        {
            gated[i] = y[i] > 0 ? dy[i] : 0;
        }
    }
}
