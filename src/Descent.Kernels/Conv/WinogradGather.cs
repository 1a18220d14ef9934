using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Transforms 36 planes of products to tiles of a channels-last image, <c>Y = Aᵀ·M·A</c>, and finishes each pixel with the epilogue.
/// </summary>
internal static unsafe class WinogradGather
{
    private const int Side = WinogradTransforms.Outputs;

    /// <summary>The columns done, and for the last, partly filled vector a tile and its other operand.</summary>
    public static int ScratchFloats => ((Side * WinogradTransforms.Points) + (2 * Side * Side) + 2) * Microkernel.Width;

    /// <summary>The method that <see cref="Run{V, E}"/> is for an epilogue on this machine.</summary>
    public static delegate*<in Planes, in TileGrid, (int, int), (int, int), int, in ConvolutionArgs, float*, void> Find(Epilogue epilogue) =>
        epilogue switch
        {
            Epilogue.None => Find<NoEpilogue>(),
            Epilogue.Bias => Find<BiasEpilogue>(),
            Epilogue.BiasRelu => Find<BiasReluEpilogue>(),
            Epilogue.ScaleShift => Find<ScaleShiftEpilogue>(),
            Epilogue.ScaleShiftRelu => Find<ScaleShiftReluEpilogue>(),
            Epilogue.Residual => Find<ResidualEpilogue>(),
            Epilogue.ResidualRelu => Find<ResidualReluEpilogue>(),
            Epilogue.ReluMask => Find<ReluMaskEpilogue>(),
            _ => throw new ArgumentOutOfRangeException(nameof(epilogue)),
        };

    private static delegate*<in Planes, in TileGrid, (int, int), (int, int), int, in ConvolutionArgs, float*, void> Find<E>()
        where E : struct, IEpilogue => Microkernel.Tier switch
        {
            MicroTier.Avx512 => &Run<F32x16, E>,
            MicroTier.Avx2 => &Run<F32x8, E>,
            _ => &Run<F32x4, E>,
        };

    /// <summary>Writes the channels of the planes of some tiles.</summary>
    /// <param name="planes">Row 0 is the first of the tiles, column 0 the first of the channels.</param>
    /// <param name="grid">The tiles of the target.</param>
    /// <param name="tiles">Tiles: [first, last).</param>
    /// <param name="channels">Channels: [first, last).</param>
    /// <param name="pixel">Channels of the target.</param>
    /// <param name="args">Target, and what the epilogue reads.</param>
    /// <param name="scratch">As many floats as <see cref="ScratchFloats"/>.</param>
    [MethodImpl(Jit.Hot)]
    private static void Run<V, E>(
        in Planes planes, in TileGrid grid, (int First, int Last) tiles, (int First, int Last) channels, int pixel, in ConvolutionArgs args,
        float* scratch)
        where V : struct, ISimd<V>
        where E : struct, IEpilogue
    {
        nint pitch = grid.W * (nint)pixel;
        TargetTile target;
        target.Columns = scratch;
        target.PlaneStride = planes.Stride;
        for (int tile = tiles.First; tile < tiles.Last; tile++)
        {
            TileRun at = grid.RunAt(tile, 1);
            nint offset = (((((nint)at.Image * grid.H) + at.Y) * grid.W) + at.X) * pixel;
            target.Height = Math.Min(Side, grid.H - at.Y);
            target.Width = Math.Min(Side, grid.W - at.X);
            float* from = planes.Row(tile - tiles.First);
            for (int k = channels.First; k < channels.Last; k += V.Count, from += V.Count)
            {
                int lanes = Math.Min(V.Count, channels.Last - k);
                target.Origin = args.Target + offset + k;
                target.Other = args.Other + offset + k;
                target.Scale = args.Scale + k;
                target.Shift = args.Shift + k;
                target.Pixel = pixel;
                target.Pitch = pitch;
                if (lanes == V.Count)
                {
                    RunTile<V, E>(from, target);
                }
                else
                {
                    RunLanes<V, E>(from, target, lanes);
                }
            }
        }
    }

    /// <summary>One vector of channels of one tile.</summary>
    [MethodImpl(Jit.Hot)]
    private static void RunTile<V, E>(float* from, in TargetTile target)
        where V : struct, ISimd<V>
        where E : struct, IEpilogue
    {
        float* columns = target.Columns;
        nint stride = target.PlaneStride;
        for (int j = 0; j < WinogradTransforms.Points; j++, from += stride, columns += V.Count)
        {
            WinogradTransforms.Output(from, WinogradTransforms.Points * stride, out V y0, out V y1, out V y2, out V y3);
            y0.Store(columns);
            y1.Store(columns + (WinogradTransforms.Points * V.Count));
            y2.Store(columns + (2 * WinogradTransforms.Points * V.Count));
            y3.Store(columns + (3 * WinogradTransforms.Points * V.Count));
        }
        V scale = E.Scales ? V.Load(target.Scale) : V.Const(0), shift = E.Scales || E.Shifts ? V.Load(target.Shift) : V.Const(0);
        float* row = target.Columns, to = target.Origin, other = target.Other;
        nint pixel = target.Pixel;
        int width = target.Width;
        for (int i = 0; i < target.Height; i++, row += WinogradTransforms.Points * V.Count, to += target.Pitch, other += target.Pitch)
        {
            WinogradTransforms.Output(row, V.Count, out V y0, out V y1, out V y2, out V y3);
            Finish<V, E>(y0, scale, shift, other).Store(to);
            if (width > 1)
            {
                Finish<V, E>(y1, scale, shift, other + pixel).Store(to + pixel);
            }
            if (width > 2)
            {
                Finish<V, E>(y2, scale, shift, other + (2 * pixel)).Store(to + (2 * pixel));
            }
            if (width > 3)
            {
                Finish<V, E>(y3, scale, shift, other + (3 * pixel)).Store(to + (3 * pixel));
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private static V Finish<V, E>(V sum, V scale, V shift, float* other)
        where V : struct, ISimd<V>
        where E : struct, IEpilogue
    {
        sum = E.Scales ? V.MultiplyAdd(sum, scale, shift) : E.Shifts ? sum + shift : sum;
        sum = E.AddsOther ? sum + V.Load(other) : sum;
        // 0 > NaN is false, which keeps NaN.
        sum = E.Rectifies ? V.IfGreater(V.Const(0), sum, V.Const(0), sum) : sum;
        return E.Gates ? V.IfGreater(V.Load(other), V.Const(0), sum, V.Const(0)) : sum;
    }

    /// <summary>The last channels, fewer than a vector: through a tile of whole vectors on the side.</summary>
    [MethodImpl(Jit.Hot)]
    private static void RunLanes<V, E>(float* from, TargetTile target, int lanes)
        where V : struct, ISimd<V>
        where E : struct, IEpilogue
    {
        TargetTile whole = target;
        whole.Pixel = V.Count;
        whole.Pitch = Side * V.Count;
        whole.Origin = target.Columns + (WinogradTransforms.Points * Side * V.Count);
        whole.Other = whole.Origin + (Side * Side * V.Count);
        whole.Scale = whole.Other + (Side * Side * V.Count);
        whole.Shift = whole.Scale + V.Count;
        for (int lane = 0; lane < lanes; lane++)
        {
            whole.Scale[lane] = E.Scales ? target.Scale[lane] : 0;
            whole.Shift[lane] = E.Scales || E.Shifts ? target.Shift[lane] : 0;
        }
        if (E.AddsOther || E.Gates)
        {
            CopyLanes(target.Other, target, whole.Other, whole, lanes);
        }
        RunTile<V, E>(from, whole);
        CopyLanes(whole.Origin, whole, target.Origin, target, lanes);
    }

    [MethodImpl(Jit.Hot)]
    private static void CopyLanes(float* from, in TargetTile source, float* to, in TargetTile target, int lanes)
    {
        for (int i = 0; i < source.Height; i++)
        {
            for (int j = 0; j < source.Width; j++)
            {
                float* s = from + (i * source.Pitch) + (j * source.Pixel), t = to + (i * target.Pitch) + (j * target.Pixel);
                for (int lane = 0; lane < lanes; lane++)
                {
                    t[lane] = s[lane];
                }
            }
        }
    }

    /// <summary>Where the pixels of a tile go, and what their channels are finished with.</summary>
    private struct TargetTile
    {
        public float* Columns;
        public nint PlaneStride;
        public float* Origin;
        public float* Other;
        public float* Scale;
        public float* Shift;
        public nint Pixel;
        public nint Pitch;
        public int Height;
        public int Width;
    }
}
