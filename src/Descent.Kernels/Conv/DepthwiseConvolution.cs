using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Depthwise correlations: target channel c sums over the taps of source channel c alone, so vectors run over channels and nothing is
/// copied. Weights are packed as (KernelH, KernelW, C).
/// </summary>
internal sealed unsafe class DepthwiseConvolution : IConvolution
{
    // Multiply-adds in one unit, some microseconds.
    private const double LeastWork = 65_536;

    private readonly (TapAxis Rows, TapAxis Columns)[] _phases;
    private readonly ImageSize _source;
    private readonly ImageSize _target;
    private readonly ImageBands _bands;
    private readonly int _kernelW;
    private readonly delegate*<in Pixel, in ConvolutionArgs, void> _pixel;

    /// <param name="phases">They write disjoint pixels of the target, all of it together.</param>
    /// <param name="kernel">Rows and columns of the weights.</param>
    /// <param name="images">Images of the batch.</param>
    /// <param name="source">What is read.</param>
    /// <param name="target">What is written; as many channels.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    public DepthwiseConvolution(
        (TapAxis Rows, TapAxis Columns)[] phases, (int H, int W) kernel, int images, ImageSize source, ImageSize target, Epilogue epilogue)
    {
        _phases = phases;
        _source = source;
        _target = target;
        _kernelW = kernel.W;
        PackedFloats = (long)kernel.H * kernel.W * target.C;
        _bands = ImageBands.ForWork(images, target.H, (double)target.W * target.C * kernel.H * kernel.W / phases.Length, LeastWork);
        _pixel = Find(epilogue);
    }

    public int Units(int phase) => _bands.Units;

    public long WorkspaceFloats(int workers) => 0;

    public long PackedFloats { get; }

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args)
    {
        nint channels = _target.C;
        Pixel pixel;
        pixel.Channels = _target.C;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int n, int first, int last) = _bands[unit];
            float* image = args.Source + (n * _source.Floats);
            foreach ((TapAxis rows, TapAxis columns) in _phases)
            {
                pixel.SourceRow = rows.Dilation * _source.W * channels;
                pixel.SourceColumn = columns.Dilation * channels;
                pixel.WeightRow = rows.WeightStep * _kernelW * channels;
                pixel.WeightColumn = columns.WeightStep * channels;
                (int p, int pEnd) = rows.Outputs(first, last);
                for (; p < pEnd; p++)
                {
                    (int tapRow, int tapRowEnd) = rows.Inside(p, _source.H);
                    nint row = rows.Origin + (p * rows.Stride) + (tapRow * rows.Dilation);
                    nint target = (n * _target.Floats) + ((rows.Start + (p * rows.Step)) * _target.W * channels);
                    for (int q = 0; q < columns.Count; q++)
                    {
                        (int tap, int tapEnd) = columns.Inside(q, _source.W);
                        nint column = columns.Origin + (q * columns.Stride) + (tap * columns.Dilation);
                        pixel.Rows = tapRowEnd - tapRow;
                        pixel.Columns = tapEnd - tap;
                        pixel.Source = image + (((row * _source.W) + column) * channels);
                        int weightRow = rows.Weight + (tapRow * rows.WeightStep), weightColumn = columns.Weight + (tap * columns.WeightStep);
                        pixel.Weights = args.Weights + (((weightRow * _kernelW) + weightColumn) * channels);
                        pixel.Target = target + ((columns.Start + (q * columns.Step)) * channels);
                        _pixel(pixel, args);
                    }
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void RunPixel<E>(in Pixel pixel, in ConvolutionArgs args)
        where E : struct, IEpilogue
    {
        int c = 0;
        for (; c <= pixel.Channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            float* source = pixel.Source + c, weights = pixel.Weights + c;
            for (int i = 0; i < pixel.Rows; i++, source += pixel.SourceRow, weights += pixel.WeightRow)
            {
                float* s = source, w = weights;
                for (int j = 0; j < pixel.Columns; j++, s += pixel.SourceColumn, w += pixel.WeightColumn)
                {
                    sum = Vector.MultiplyAddEstimate(Vector.Load(s), Vector.Load(w), sum);
                }
            }
            nint at = pixel.Target + c;
            sum = E.Scales ? Vector.MultiplyAddEstimate(sum, Vector.Load(args.Scale + c), Vector.Load(args.Shift + c))
                : E.Shifts ? sum + Vector.Load(args.Shift + c) : sum;
            sum = E.AddsOther ? sum + Vector.Load(args.Other + at) : sum;
            // Not (sum ≤ 0) keeps NaN, as max(sum, 0) does.
            sum = E.Rectifies ? Vector.ConditionalSelect(Vector.LessThanOrEqual(sum, Vector<float>.Zero), Vector<float>.Zero, sum) : sum;
            if (E.Gates)
            {
                Vector<int> open = Vector.GreaterThan(Vector.Load(args.Other + at), Vector<float>.Zero);
                sum = Vector.ConditionalSelect(open, sum, Vector<float>.Zero);
            }
            sum.Store(args.Target + at);
        }
        for (; c < pixel.Channels; c++)
        {
            float sum = 0;
            float* source = pixel.Source + c, weights = pixel.Weights + c;
            for (int i = 0; i < pixel.Rows; i++, source += pixel.SourceRow, weights += pixel.WeightRow)
            {
                float* s = source, w = weights;
                for (int j = 0; j < pixel.Columns; j++, s += pixel.SourceColumn, w += pixel.WeightColumn)
                {
                    sum = float.MultiplyAddEstimate(*s, *w, sum);
                }
            }
            nint at = pixel.Target + c;
            sum = E.Scales ? float.MultiplyAddEstimate(sum, args.Scale[c], args.Shift[c]) : E.Shifts ? sum + args.Shift[c] : sum;
            sum = E.AddsOther ? sum + args.Other[at] : sum;
            sum = E.Rectifies && sum <= 0 ? 0 : sum;
            args.Target[at] = E.Gates && !(args.Other[at] > 0) ? 0 : sum;
        }
    }

    private static delegate*<in Pixel, in ConvolutionArgs, void> Find(Epilogue epilogue) => epilogue switch
    {
        Epilogue.None => &RunPixel<NoEpilogue>,
        Epilogue.Bias => &RunPixel<BiasEpilogue>,
        Epilogue.BiasRelu => &RunPixel<BiasReluEpilogue>,
        Epilogue.ScaleShift => &RunPixel<ScaleShiftEpilogue>,
        Epilogue.ScaleShiftRelu => &RunPixel<ScaleShiftReluEpilogue>,
        Epilogue.Residual => &RunPixel<ResidualEpilogue>,
        Epilogue.ResidualRelu => &RunPixel<ResidualReluEpilogue>,
        Epilogue.ReluMask => &RunPixel<ReluMaskEpilogue>,
        _ => throw new ArgumentOutOfRangeException(nameof(epilogue)),
    };

    /// <summary>One target pixel: the taps inside the image, by pointers to the first and steps to the next.</summary>
    private struct Pixel
    {
        public int Channels;
        public int Rows;
        public int Columns;
        public float* Source;
        public nint SourceRow;
        public nint SourceColumn;
        public float* Weights;
        public nint WeightRow;
        public nint WeightColumn;
        public nint Target;
    }
}
