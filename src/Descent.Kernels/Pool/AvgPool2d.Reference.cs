using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>The definition of average pooling, in double and in logical order (N, C, H, W).</summary>
public static class AvgPool2dReference
{
    /// <summary>
    /// y = the mean of each window; with <paramref name="countIncludePad"/> padding counts as zeros, else only pixels of the image count.
    /// </summary>
    public static void Forward(Pool2dShape s, bool countIncludePad, ReadOnlySpan<double> x, Span<double> y)
    {
        Debug.Assert(x.Length == s.InputFloats && y.Length == s.OutputFloats, "A span of the wrong length.");
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
                    double sum = 0;
                    for (int h = top; h < bottom; h++)
                    {
                        for (int w = left; w < right; w++)
                        {
                            sum += image[(h * s.W) + w];
                        }
                    }
                    y[o] = sum / s.Count(p, q, countIncludePad);
                }
            }
        }
    }

    /// <summary>dx = the sum over the windows that contain the pixel of dy / count.</summary>
    public static void Backward(Pool2dShape s, bool countIncludePad, ReadOnlySpan<double> dy, Span<double> dx)
    {
        Debug.Assert(dx.Length == s.InputFloats && dy.Length == s.OutputFloats, "A span of the wrong length.");
        dx.Clear();
        int o = 0;
        for (int plane = 0; plane < s.N * s.C; plane++)
        {
            Span<double> image = dx.Slice(plane * s.H * s.W, s.H * s.W);
            for (int p = 0; p < s.OutH; p++)
            {
                for (int q = 0; q < s.OutW; q++, o++)
                {
                    (int top, int bottom) = s.Rows(p);
                    (int left, int right) = s.Columns(q);
                    double share = dy[o] / s.Count(p, q, countIncludePad);
                    for (int h = top; h < bottom; h++)
                    {
                        for (int w = left; w < right; w++)
                        {
                            image[(h * s.W) + w] += share;
                        }
                    }
                }
            }
        }
    }
}
