using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Max pooling of channels-last images, dense (N, H, W, C), and its gradient. Definition: <see cref="MaxPool2dReference"/>.
/// </summary>
/// <remarks>
/// Vectors run over channels. Where C is not a multiple of the vector, the last vector of a pixel reaches into the next pixel: what it
/// writes there is overwritten in its turn, since pixels are written in ascending order. Only where the reach would leave the unit's own
/// output, or the input, are channels done one by one. Units write disjoint rows and may run in any order on any thread.
/// </remarks>
public static unsafe partial class MaxPool2d
{
    // Comparisons in one unit, some microseconds.
    private const double LeastWork = 32_768;

    public static int ForwardUnits(in Pool2dShape s) => OutBands(s).Units;

    public static int BackwardUnits(in Pool2dShape s) => InBands(s).Units;

    /// <summary>
    /// y = the largest x of each window, and where it stood (h·W + w). The first maximum wins, and NaN exceeds every number.
    /// </summary>
    /// <param name="s">The sizes.</param>
    /// <param name="x">Images (N, H, W, C).</param>
    /// <param name="y">Maxima (N, OutH, OutW, C).</param>
    /// <param name="indices">As many as y; null where nobody asks.</param>
    /// <param name="firstUnit">First of the units to do, of <see cref="ForwardUnits"/>.</param>
    /// <param name="lastUnit">One past the last of them.</param>
    [MethodImpl(Jit.Hot)]
    public static void Forward(in Pool2dShape s, float* x, float* y, int* indices, int firstUnit, int lastUnit)
    {
        ImageBands bands = OutBands(s);
        int channels = s.C, outW = s.OutW, outH = s.OutH;
        float* xEnd = x + s.InputFloats;
        bool whole = s.PadLeft == 0 && s.PadRight == 0;
        nint vectors = WholeVectors(channels);
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int n, int first, int last) = bands[unit];
            float* image = x + ((nint)n * s.H * s.W * channels);
            nint o = (((nint)n * outH) + first) * outW * channels;
            nint end = o + ((nint)(last - first) * outW * channels);
            for (int p = first; p < last; p++)
            {
                (int top, int bottom) = s.Rows(p);
                float* rowEnd = image + ((((nint)bottom * s.W) - 1) * channels) + vectors;
                if (whole && o + ((outW - 1) * (nint)channels) + vectors <= end && rowEnd <= xEnd)
                {
                    var row = new WindowRow(s.KernelW, bottom - top, s.StrideW, s.W, channels);
                    LargestRow(row, image, top * s.W, y + o, indices is null ? null : indices + o, outW);
                    o += outW * (nint)channels;
                    continue;
                }
                for (int q = 0; q < outW; q++, o += channels)
                {
                    (int left, int right) = s.Columns(q);
                    var window = new Window(top, bottom, left, right, s.W);
                    // The farthest element that the last vector of this pixel reads.
                    float* reach = image + ((((nint)(bottom - 1) * s.W) + right - 1) * channels);
                    for (int c = 0; c < channels;)
                    {
                        if (o + c + Vector<float>.Count <= end && reach + c + Vector<float>.Count <= xEnd)
                        {
                            Vector<float> best = Largest(image + c, channels, window, out Vector<int> index);
                            best.Store(y + o + c);
                            if (indices is not null)
                            {
                                index.Store(indices + o + c);
                            }
                            c += Vector<float>.Count;
                        }
                        else
                        {
                            y[o + c] = LargestOfOne(image + c, channels, window, out int index);
                            if (indices is not null)
                            {
                                indices[o + c] = index;
                            }
                            c++;
                        }
                    }
                }
            }
        }
    }

    /// <summary>dx = the sum of the dy whose window had its maximum there; every element of dx is written.</summary>
    /// <param name="s">The sizes.</param>
    /// <param name="dy">Gradient of the maxima (N, OutH, OutW, C).</param>
    /// <param name="indices">Of the forward pass.</param>
    /// <param name="dx">Gradient of the images (N, H, W, C).</param>
    /// <param name="firstUnit">First of the units to do, of <see cref="BackwardUnits"/>.</param>
    /// <param name="lastUnit">One past the last of them.</param>
    /// <remarks>
    /// Each pixel of dx asks the windows that contain it, in row-major order, whether they chose it: no scattering, so no races.
    /// </remarks>
    [MethodImpl(Jit.Hot)]
    public static void Backward(in Pool2dShape s, float* dy, int* indices, float* dx, int firstUnit, int lastUnit)
    {
        ImageBands bands = InBands(s);
        int channels = s.C, outW = s.OutW, outH = s.OutH;
        int width = s.W;
        bool apart = s.KernelW == s.StrideW && s.PadLeft == 0 && outW * s.KernelW <= width;
        nint vectors = WholeVectors(channels);
        nint outputs = (nint)s.OutputFloats;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int n, int first, int last) = bands[unit];
            nint image = (nint)n * outH * outW * channels;
            nint i = (((nint)n * s.H) + first) * s.W * channels;
            nint end = i + ((nint)(last - first) * s.W * channels);
            for (int h = first; h < last; h++)
            {
                (int top, int bottom) = s.OutRows(h);
                if (apart && bottom - top == 1)
                {
                    nint row = image + ((nint)top * outW * channels);
                    if (i + ((width - 1) * (nint)channels) + vectors <= end && row + ((outW - 1) * (nint)channels) + vectors <= outputs)
                    {
                        ChosenRow(s.KernelW, channels, dy + row, indices + row, outW, h * width, dx + i, width);
                        i += width * (nint)channels;
                        continue;
                    }
                }
                var columns = new CoveringColumns(s);
                for (int w = 0; w < width; w++, i += channels)
                {
                    columns.MoveTo(w);
                    var windows = new Window(top, bottom, columns.First, columns.Last, outW);
                    nint reach = image + ((((nint)(bottom - 1) * outW) + columns.Last - 1) * channels);
                    for (int c = 0; c < channels;)
                    {
                        if (i + c + Vector<float>.Count <= end && reach + c + Vector<float>.Count <= outputs)
                        {
                            Chosen(dy + image + c, indices + image + c, channels, windows, (h * width) + w).Store(dx + i + c);
                            c += Vector<float>.Count;
                        }
                        else
                        {
                            dx[i + c] = ChosenOfOne(dy + image + c, indices + image + c, channels, windows, (h * width) + w);
                            c++;
                        }
                    }
                }
            }
        }
    }

    private static ImageBands OutBands(in Pool2dShape s) =>
        ImageBands.ForWork(s.N, s.OutH, (double)s.OutW * s.C * s.KernelH * s.KernelW, LeastWork);

    private static ImageBands InBands(in Pool2dShape s) => ImageBands.ForWork(s.N, s.H, (double)s.W * s.C, LeastWork / 4);

    [MethodImpl(Jit.Inline)]
    private static Vector<float> Largest(float* x, nint channels, Window window, out Vector<int> index)
    {
        int at = (window.Top * window.Width) + window.Left;
        Vector<float> best = Vector.Load(x + (at * channels));
        index = Vector.Create(at);
        for (int h = window.Top; h < window.Bottom; h++)
        {
            at = (h * window.Width) + window.Left;
            for (int w = window.Left; w < window.Right; w++, at++)
            {
                Vector<float> candidate = Vector.Load(x + (at * channels));
                // Not (candidate ≤ best) is true of greater numbers and of NaN; a best that is NaN already stays.
                Vector<int> take = Vector.AndNot(Vector.Equals(best, best), Vector.LessThanOrEqual(candidate, best));
                best = Vector.ConditionalSelect(take, candidate, best);
                index = Vector.ConditionalSelect(take, Vector.Create(at), index);
            }
        }
        return best;
    }

    [MethodImpl(Jit.Inline)]
    private static float LargestOfOne(float* x, nint channels, Window window, out int index)
    {
        index = (window.Top * window.Width) + window.Left;
        float best = x[index * channels];
        for (int h = window.Top; h < window.Bottom; h++)
        {
            int at = (h * window.Width) + window.Left;
            for (int w = window.Left; w < window.Right; w++, at++)
            {
                float candidate = x[at * channels];
                if (!(candidate <= best) && !float.IsNaN(best))
                {
                    best = candidate;
                    index = at;
                }
            }
        }
        return best;
    }

    [MethodImpl(Jit.Inline)]
    private static Vector<float> Chosen(float* dy, int* indices, nint channels, Window windows, int pixel)
    {
        Vector<float> sum = Vector<float>.Zero;
        for (int p = windows.Top; p < windows.Bottom; p++)
        {
            for (int q = windows.Left; q < windows.Right; q++)
            {
                nint at = (((nint)p * windows.Width) + q) * channels;
                Vector<int> chosen = Vector.Equals(Vector.Load(indices + at), Vector.Create(pixel));
                sum = Vector.ConditionalSelect(chosen, sum + Vector.Load(dy + at), sum);
            }
        }
        return sum;
    }

    [MethodImpl(Jit.Inline)]
    private static float ChosenOfOne(float* dy, int* indices, nint channels, Window windows, int pixel)
    {
        float sum = 0;
        for (int p = windows.Top; p < windows.Bottom; p++)
        {
            for (int q = windows.Left; q < windows.Right; q++)
            {
                nint at = (((nint)p * windows.Width) + q) * channels;
                sum = indices[at] == pixel ? sum + dy[at] : sum;
            }
        }
        return sum;
    }

    /// <summary>Rows [Top, Bottom) and columns [Left, Right) of a plane that is Width pixels wide.</summary>
    private readonly record struct Window(int Top, int Bottom, int Left, int Right, int Width);
}
