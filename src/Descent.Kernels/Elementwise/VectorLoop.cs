using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>The body of an elementwise loop over arrays of n floats; <see cref="VectorLoop{TBody}"/> runs it for any n.</summary>
internal unsafe interface IVectorLoopBody
{
    /// <summary>How many of the first arguments are arrays that are read. Any of them may be null.</summary>
    static abstract int Inputs { get; }

    /// <summary>How many arguments between inputs and outputs are passed on as they are.</summary>
    static virtual int Others => 0;

    /// <summary>How many of the last arguments are arrays that are written. Any of them may be null.</summary>
    static abstract int Outputs { get; }

    /// <summary>The loop, for n a multiple of <c>V.Count</c>. Implementations carry <see cref="VectorLoop.Body"/>.</summary>
    static abstract void Run<V>(nint* args, int n)
        where V : struct, ISimd<V>;
}

internal static class VectorLoop
{
    /// <summary>
    /// Options of a loop body. Not inlined: below a method that is inlined without being asked to, the inliner spends a budget and leaves
    /// calls in long formulas; formulas that are asked to be inlined into a root method are free.
    /// </summary>
    public const MethodImplOptions Body = Jit.Hot | MethodImplOptions.NoInlining;
}

/// <summary>Runs a loop body in the widest vectors of the machine, for any number of elements.</summary>
/// <remarks>
/// A last, partial vector is copied to the stack, runs through the same body as a whole vector and is copied back: the same bits
/// as in the body, and nothing outside the arrays is read or written. An output may be the same array as an input.
/// </remarks>
internal static unsafe class VectorLoop<TBody>
    where TBody : struct, IVectorLoopBody
{
    private const int MaxArgs = 10;
    private const int MaxLanes = 16;

    /// <summary>Arguments: inputs, others, outputs, as the body declares them.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Run(nint* args, int n)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<F32x16>(args, n);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<F32x8>(args, n);
        }
        else
        {
            Run<F32x4>(args, n);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Run<V>(nint* args, int n)
        where V : struct, ISimd<V>
    {
        int tail = n % V.Count;
        if (n > tail)
        {
            TBody.Run<V>(args, n - tail);
        }

        if (tail > 0)
        {
            Tail<V>(args, n - tail, tail);
        }
    }

    // Not inlined: its buffers would be set up on every call of Run.
    [MethodImpl(Jit.Hot | MethodImplOptions.NoInlining), SkipLocalsInit]
    private static void Tail<V>(nint* args, int first, int count)
        where V : struct, ISimd<V>
    {
        int firstOutput = TBody.Inputs + TBody.Others, end = firstOutput + TBody.Outputs;
        float* buffers = stackalloc float[MaxArgs * MaxLanes];
        nint* copies = stackalloc nint[MaxArgs];
        for (int k = 0; k < end; k++)
        {
            bool isArray = args[k] != 0 && (k < TBody.Inputs || k >= firstOutput);
            float* buffer = buffers + (k * MaxLanes);
            copies[k] = isArray ? (nint)buffer : args[k];
            if (isArray && k < TBody.Inputs)
            {
                float* source = (float*)args[k] + first;
                for (int i = 0; i < V.Count; i++)
                {
                    // Padding of ones: no formula divides by zero there.
                    buffer[i] = i < count ? source[i] : 1;
                }
            }
        }

        TBody.Run<V>(copies, V.Count);
        for (int k = firstOutput; k < end; k++)
        {
            if (args[k] != 0)
            {
                new ReadOnlySpan<float>((float*)copies[k], count).CopyTo(new Span<float>((float*)args[k] + first, count));
            }
        }
    }
}
