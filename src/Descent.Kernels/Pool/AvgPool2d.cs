using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Average pooling of channels-last images, dense (N, H, W, C), and its gradient. Definition: <see cref="AvgPool2dReference"/>.
/// </summary>
/// <remarks>Vectors and units are those of <see cref="MaxPool2d"/>. Numerics: sums run in row-major order in single precision.</remarks>
public static unsafe class AvgPool2d
{
    // Additions in one unit, some microseconds.
    private const double LeastWork = 65_536;

    public static int ForwardUnits(in Pool2dShape s) => OutBands(s).Units;

    public static int BackwardUnits(in Pool2dShape s) => InBands(s).Units;

    /// <summary>y = the mean of each window, of (N, H, W, C) images x into (N, OutH, OutW, C).</summary>
    /// <param name="s">The sizes.</param>
    /// <param name="countIncludePad">Padding counts as zeros; else only pixels of the image count.</param>
    /// <param name="x">Images.</param>
    /// <param name="y">Means.</param>
    /// <param name="firstUnit">First of the units to do, of <see cref="ForwardUnits"/>.</param>
    /// <param name="lastUnit">One past the last of them.</param>
    [MethodImpl(Jit.Hot)]
    public static void Forward(in Pool2dShape s, bool countIncludePad, float* x, float* y, int firstUnit, int lastUnit)
    {
        ImageBands bands = OutBands(s);
        int outW = s.OutW, outH = s.OutH;
        nint channels = s.C, rowPitch = s.W * channels;
        float* xEnd = x + s.InputFloats;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int n, int first, int last) = bands[unit];
            float* o = y + ((((nint)n * outH) + first) * outW * channels);
            float* oEnd = o + ((last - first) * outW * channels);
            for (int p = first; p < last; p++)
            {
                (int top, int bottom) = s.Rows(p);
                for (int q = 0; q < outW; q++, o += channels)
                {
                    (int left, int right) = s.Columns(q);
                    float share = (float)(1.0 / s.Count(p, q, countIncludePad));
                    float* window = x + ((((((nint)n * s.H) + top) * s.W) + left) * channels);
                    float* reach = window + ((bottom - top - 1) * rowPitch) + ((right - left - 1) * channels);
                    for (nint c = 0; c < channels;)
                    {
                        if (o + c + Vector<float>.Count <= oEnd && reach + c + Vector<float>.Count <= xEnd)
                        {
                            Vector<float> sum = Vector<float>.Zero;
                            for (int h = top; h < bottom; h++)
                            {
                                float* at = window + ((h - top) * rowPitch) + c;
                                for (int w = left; w < right; w++, at += channels)
                                {
                                    sum += Vector.Load(at);
                                }
                            }
                            (sum * share).Store(o + c);
                            c += Vector<float>.Count;
                        }
                        else
                        {
                            float sum = 0;
                            for (int h = top; h < bottom; h++)
                            {
                                float* at = window + ((h - top) * rowPitch) + c;
                                for (int w = left; w < right; w++, at += channels)
                                {
                                    sum += *at;
                                }
                            }
                            o[c++] = sum * share;
                        }
                    }
                }
            }
        }
    }

    /// <summary>dx = the sum over the windows that contain the pixel of dy / count; every element of dx is written.</summary>
    /// <param name="s">The sizes.</param>
    /// <param name="countIncludePad">As in the forward pass.</param>
    /// <param name="dy">Gradient of the means (N, OutH, OutW, C).</param>
    /// <param name="dx">Gradient of the images (N, H, W, C).</param>
    /// <param name="firstUnit">First of the units to do, of <see cref="BackwardUnits"/>.</param>
    /// <param name="lastUnit">One past the last of them.</param>
    [MethodImpl(Jit.Hot)]
    public static void Backward(in Pool2dShape s, bool countIncludePad, float* dy, float* dx, int firstUnit, int lastUnit)
    {
        ImageBands bands = InBands(s);
        int outW = s.OutW, outH = s.OutH, width = s.W;
        nint channels = s.C;
        float* dyEnd = dy + s.OutputFloats;
        bool uniform = countIncludePad || Math.Max(Math.Max(s.PadTop, s.PadBottom), Math.Max(s.PadLeft, s.PadRight)) == 0;
        float whole = (float)(1.0 / (s.KernelH * s.KernelW));
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int n, int first, int last) = bands[unit];
            float* image = dy + ((nint)n * outH * outW * channels);
            float* i = dx + ((((nint)n * s.H) + first) * s.W * channels);
            float* iEnd = i + ((last - first) * s.W * channels);
            for (int h = first; h < last; h++)
            {
                (int top, int bottom) = s.OutRows(h);
                var columns = new CoveringColumns(s);
                for (int w = 0; w < width; w++, i += channels)
                {
                    columns.MoveTo(w);
                    (int left, int right) = (columns.First, columns.Last);
                    float* reach = image + ((((nint)(bottom - 1) * outW) + right - 1) * channels);
                    for (nint c = 0; c < channels;)
                    {
                        if (i + c + Vector<float>.Count <= iEnd && reach + c + Vector<float>.Count <= dyEnd)
                        {
                            Vector<float> sum = Vector<float>.Zero;
                            for (int p = top; p < bottom; p++)
                            {
                                for (int q = left; q < right; q++)
                                {
                                    sum += Vector.Load(image + ((((nint)p * outW) + q) * channels) + c) * (uniform ? whole : Share(s, p, q));
                                }
                            }
                            sum.Store(i + c);
                            c += Vector<float>.Count;
                        }
                        else
                        {
                            float sum = 0;
                            for (int p = top; p < bottom; p++)
                            {
                                for (int q = left; q < right; q++)
                                {
                                    sum += image[((((nint)p * outW) + q) * channels) + c] * (uniform ? whole : Share(s, p, q));
                                }
                            }
                            i[c++] = sum;
                        }
                    }
                }
            }
        }
    }

    private static float Share(in Pool2dShape s, int p, int q) => (float)(1.0 / s.Count(p, q, includePad: false));

    private static ImageBands OutBands(in Pool2dShape s) =>
        ImageBands.ForWork(s.N, s.OutH, (double)s.OutW * s.C * s.KernelH * s.KernelW, LeastWork);

    private static ImageBands InBands(in Pool2dShape s) => ImageBands.ForWork(s.N, s.H, (double)s.W * s.C, LeastWork / 4);
}
