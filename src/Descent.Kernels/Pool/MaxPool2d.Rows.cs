using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

// Rows without special cases: windows that lie inside the image, and vectors that may all be whole. In methods of their own, since in the
// loops over everything else their variables would not stay in registers.
public static unsafe partial class MaxPool2d
{
    /// <summary>The floats that are touched where vectors run over all channels of a pixel.</summary>
    private static nint WholeVectors(int channels) => (channels + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>One output row; <paramref name="index"/> is that of the first pixel of the first window.</summary>
    [MethodImpl(Jit.Hot)]
    private static void LargestRow(in WindowRow row, float* image, int index, float* y, int* indices, int outputs)
    {
        nint channels = row.Channels;
        int kernelW = row.KernelW, kernelH = row.KernelH, nextRow = row.Width - row.KernelW, stride = row.StrideW;
        for (int q = 0; q < outputs; q++, index += stride)
        {
            for (nint c = 0; c < channels; c += Vector<float>.Count)
            {
                float* at = image + (index * channels) + c;
                Vector<float> best = Vector.Load(at);
                var candidateIndex = new Vector<int>(index);
                Vector<int> bestIndex = candidateIndex;
                for (int i = kernelH; i > 0; i--)
                {
                    for (int j = kernelW; j > 0; j--)
                    {
                        Vector<float> candidate = Vector.Load(at);
                        Vector<int> take = Vector.AndNot(Vector.Equals(best, best), Vector.LessThanOrEqual(candidate, best));
                        best = Vector.ConditionalSelect(take, candidate, best);
                        bestIndex = Vector.ConditionalSelect(take, candidateIndex, bestIndex);
                        candidateIndex += Vector<int>.One;
                        at += channels;
                    }
                    at += nextRow * channels;
                    candidateIndex += new Vector<int>(nextRow);
                }
                best.Store(y + c);
                if (indices is not null)
                {
                    bestIndex.Store(indices + c);
                }
            }
            y += channels;
            indices = indices is null ? null : indices + channels;
        }
    }

    /// <summary>One row of dx, where windows lie side by side; <paramref name="index"/> is that of the row's first pixel.</summary>
    [MethodImpl(Jit.Hot)]
    private static void ChosenRow(int kernelW, nint channels, float* dy, int* indices, int outputs, int index, float* dx, int width)
    {
        for (int q = 0; q < outputs; q++)
        {
            for (int j = 0; j < kernelW; j++, index++)
            {
                var pixel = new Vector<int>(index);
                for (nint c = 0; c < channels; c += Vector<float>.Count)
                {
                    Vector<int> chosen = Vector.Equals(Vector.Load(indices + c), pixel);
                    // Added to zero as every sum is, which makes −0 a zero.
                    Vector<float> sum = Vector<float>.Zero + Vector.Load(dy + c);
                    Vector.ConditionalSelect(chosen, sum, Vector<float>.Zero).Store(dx + c);
                }
                dx += channels;
            }
            dy += channels;
            indices += channels;
        }
        new Span<float>(dx, (int)((width - (outputs * kernelW)) * channels)).Clear();
    }

    /// <summary>The windows of one output row, in an image that is Width pixels wide.</summary>
    private readonly record struct WindowRow(int KernelW, int KernelH, int StrideW, int Width, int Channels);
}
