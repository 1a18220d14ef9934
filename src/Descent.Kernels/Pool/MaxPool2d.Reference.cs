using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>The definition of max pooling, in double and in logical order (N, C, H, W).</summary>
public static class MaxPool2dReference
{
    /// <summary>
    /// y = the largest x of each window; indices = h·W + w of where it stood. The first maximum in row-major order wins; NaN exceeds every
    /// number, and the first NaN wins.
    /// </summary>
    public static void Forward(Pool2dShape s, ReadOnlySpan<double> x, Span<double> y, Span<int> indices)
    {
        Debug.Assert(x.Length == s.InputFloats && y.Length == s.OutputFloats && indices.Length == y.Length, "Wrong length.");
        int o = 0;
        for (int plane = 0; plane < s.N * s.C; plane++)
        {
            ReadOnlySpan<double> image = x.Slice(plane * s.H * s.W, s.H * s.W);
            for (int p = 0; p < s.OutH; p++)
            {
                for (int q = 0; q < s.OutW; q++, o++)
                {
                    (int top, int bottom) = s.Rows(p);
                    (int left, int right) = s.Columns(q);
                    int best = (top * s.W) + left;
                    for (int h = top; h < bottom; h++)
                    {
                        for (int w = left; w < right; w++)
                        {
                            double candidate = image[(h * s.W) + w];
                            if (candidate > image[best] || (double.IsNaN(candidate) && !double.IsNaN(image[best])))
                            {
                                best = (h * s.W) + w;
                            }
                        }
                    }
                    y[o] = image[best];
                    indices[o] = best;
                }
            }
        }
    }

    /// <summary>dx = the sum of the dy whose window had its maximum there.</summary>
    public static void Backward(Pool2dShape s, ReadOnlySpan<double> dy, ReadOnlySpan<int> indices, Span<double> dx)
    {
        Debug.Assert(dx.Length == s.InputFloats && dy.Length == s.OutputFloats && indices.Length == dy.Length, "Wrong length.");
        dx.Clear();
        int outPlane = s.OutH * s.OutW;
        for (int o = 0; o < dy.Length; o++)
        {
            dx[(o / outPlane * s.H * s.W) + indices[o]] += dy[o];
        }
    }
}
