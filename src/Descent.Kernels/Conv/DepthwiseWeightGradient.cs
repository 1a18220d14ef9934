using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of one band of output rows of a depthwise convolution, into (KernelH, KernelW, C). A piece is a kernel row.
/// </summary>
internal sealed unsafe class DepthwiseWeightGradient(Conv2dShape s) : IBandGradient
{
    private readonly TapAxis _rows = TapAxis.Forward(s.OutH, s.KernelH, s.StrideH, s.DilationH, s.PadTop);
    private readonly int _outW = s.OutW;

    private readonly StridedCopy _store = new([s.C, s.KernelH * s.KernelW], [1, s.C], [s.KernelH * s.KernelW, 1]);

    public nint Floats => (nint)s.WeightFloats;

    public int StoreUnits => _store.Units;

    public int Pieces => s.KernelH;

    public long ScratchFloats(int bandRows) => 0;

    [MethodImpl(Jit.Hot)]
    public void Run(float* x, float* dy, float* dw, float* scratch, (int First, int Last) band, (int First, int Last) pieces, bool accumulate)
    {
        nint channels = s.C;
        for (int i = pieces.First; i < pieces.Last; i++)
        {
            for (int j = 0; j < s.KernelW; j++)
            {
                // Output columns whose input for tap j lies in the image.
                int offset = (j * s.DilationW) - s.PadLeft;
                int left = offset >= 0 ? 0 : (-offset + s.StrideW - 1) / s.StrideW;
                int right = offset >= s.W ? 0 : Math.Min(_outW, ((s.W - 1 - offset) / s.StrideW) + 1);
                float* sums = dw + (((i * s.KernelW) + j) * channels);
                if (!accumulate)
                {
                    new Span<float>(sums, s.C).Clear();
                }
                for (int p = band.First; p < band.Last; p++)
                {
                    (int tap, int tapEnd) = _rows.Inside(p, s.H);
                    if (i >= tap && i < tapEnd && left < right)
                    {
                        int h = (p * s.StrideH) + (i * s.DilationH) - s.PadTop;
                        float* a = x + (((((nint)h * s.W) + (left * s.StrideW)) + offset) * channels);
                        AddRow(a, s.StrideW * channels, dy + ((((nint)p * _outW) + left) * channels), right - left, s.C, sums);
                    }
                }
            }
        }
    }

    public void Store(float* gradient, float* dw, int firstUnit, int lastUnit) => _store.Run(gradient, dw, firstUnit, lastUnit);

    [MethodImpl(Jit.Hot)]
    private static void AddRow(float* x, nint stride, float* dy, int pixels, int channels, float* sums)
    {
        int c = 0;
        for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(sums + c);
            float* a = x + c, b = dy + c;
            for (int q = 0; q < pixels; q++, a += stride, b += channels)
            {
                sum = Vector.MultiplyAddEstimate(Vector.Load(a), Vector.Load(b), sum);
            }
            sum.Store(sums + c);
        }
        for (; c < channels; c++)
        {
            float sum = sums[c];
            float* a = x + c, b = dy + c;
            for (int q = 0; q < pixels; q++, a += stride, b += channels)
            {
                sum = float.MultiplyAddEstimate(*a, *b, sum);
            }
            sums[c] = sum;
        }
    }
}
