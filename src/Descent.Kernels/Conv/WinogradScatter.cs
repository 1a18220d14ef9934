using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>A transform of windows of an image along one axis, to <see cref="WinogradTransforms.Points"/> values.</summary>
internal unsafe interface IWindowTransform
{
    /// <summary>Pixels that are read, from the first of the tile on; those that are not are given as zeros.</summary>
    static abstract int Window { get; }

    static abstract void Apply<V>(V d0, V d1, V d2, V d3, V d4, V d5, out V p0, out V p1, out V p2, out V p3, out V p4, out V p5)
        where V : struct, ISimd<V>;
}

/// <summary>Bᵀ, of windows of six pixels that overlap.</summary>
internal readonly unsafe struct InputWindow : IWindowTransform
{
    public static int Window => WinogradTransforms.Points;

    [MethodImpl(Jit.Inline)]
    public static void Apply<V>(V d0, V d1, V d2, V d3, V d4, V d5, out V p0, out V p1, out V p2, out V p3, out V p4, out V p5)
        where V : struct, ISimd<V> => WinogradTransforms.Input(d0, d1, d2, d3, d4, d5, out p0, out p1, out p2, out p3, out p4, out p5);
}

/// <summary>A, of the four pixels of a tile.</summary>
internal readonly unsafe struct OutputGradientWindow : IWindowTransform
{
    public static int Window => WinogradTransforms.Outputs;

    [MethodImpl(Jit.Inline)]
    public static void Apply<V>(V d0, V d1, V d2, V d3, V d4, V d5, out V p0, out V p1, out V p2, out V p3, out V p4, out V p5)
        where V : struct, ISimd<V> => WinogradTransforms.OutputGradient(d0, d1, d2, d3, out p0, out p1, out p2, out p3, out p4, out p5);
}

/// <summary>A channels-last batch that is read in windows; what lies outside is zero.</summary>
/// <param name="Size">Of one image.</param>
/// <param name="PadTop">Rows between the first window and the image.</param>
/// <param name="PadLeft">Columns between the first window and the image.</param>
/// <param name="FirstChannel">The first channel that is read.</param>
/// <param name="Channels">How many channels are read.</param>
/// <param name="Prologue">Done to each element inside an image; only to whole vectors of channels.</param>
internal readonly record struct WindowedImages(
    ImageSize Size, int PadTop, int PadLeft, int FirstChannel, int Channels, Prologue Prologue = Prologue.None);

/// <summary>
/// Transforms tiles of images to 36 planes of one row per tile: <c>planes[6·i + j, tile, c] = (T·d·Tᵀ)[i, j]</c> for the window d of
/// channel c and the matrix T of <typeparamref name="TTransform"/>.
/// </summary>
/// <remarks>
/// Some channels at a time: first the columns of a run of tiles, which neighbouring tiles share, into a strip that stays in the first-level
/// cache, then its rows. Rows of a plane are whole vectors; what fills the last one up is not specified.
/// </remarks>
internal static unsafe class WinogradScatter<TTransform>
    where TTransform : struct, IWindowTransform
{
    private const int Points = WinogradTransforms.Points, Side = WinogradTransforms.Outputs;

    /// <summary>Channels that are read together: whole cache lines behind each other, which memory delivers faster than single ones.</summary>
    private const int MostChannels = 64;

    /// <summary>Four tiles of so many channels, 27 KB.</summary>
    private const int StripFloats = Points * ((4 * Side) + 2) * MostChannels;

    /// <summary>The strip, and a copy of the image's pixels for the last, partly filled vector.</summary>
    public static int ScratchFloats => 2 * StripFloats;

    /// <summary>Transforms tiles [<paramref name="first"/>, <paramref name="last"/>), of which the first has row 0 in the planes.</summary>
    /// <remarks>Shared planes go past the caches, for other threads to read; they begin at a multiple of 64 bytes.</remarks>
    public static void Run(
        in SourceImages source, in WindowedImages images, in TileGrid grid, int first, int last, in Planes planes, float* scratch, bool shared = false)
    {
        if (images.Prologue == Prologue.ScaleShiftRelu)
        {
            Run<ScaleShiftReluPrologue>(source, images, grid, first, last, planes, scratch, shared);
        }
        else
        {
            Run<NoPrologue>(source, images, grid, first, last, planes, scratch, shared);
        }
    }

    private static void Run<TPrologue>(
        in SourceImages source, in WindowedImages images, in TileGrid grid, int first, int last, in Planes planes, float* scratch, bool shared)
        where TPrologue : struct, ISourcePrologue
    {
        if (shared)
        {
            Run<StreamedStores, TPrologue>(source, images, grid, first, last, planes, scratch);
            Interlocked.MemoryBarrier();
        }
        else
        {
            Run<CachedStores, TPrologue>(source, images, grid, first, last, planes, scratch);
        }
    }

    private static void Run<TStores, TPrologue>(
        in SourceImages source, in WindowedImages images, in TileGrid grid, int first, int last, in Planes planes, float* scratch)
        where TStores : struct, IPlaneStores
        where TPrologue : struct, ISourcePrologue
    {
        switch (Microkernel.Tier)
        {
            case MicroTier.Avx512: Run<F32x16, TStores, TPrologue>(source, images, grid, first, last, planes, scratch); break;
            case MicroTier.Avx2: Run<F32x8, TStores, TPrologue>(source, images, grid, first, last, planes, scratch); break;
            default: Run<F32x4, TStores, TPrologue>(source, images, grid, first, last, planes, scratch); break;
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Run<V, TStores, TPrologue>(
        in SourceImages source, in WindowedImages images, in TileGrid grid, int first, int last, in Planes planes, float* scratch)
        where V : struct, ISimd<V>
        where TStores : struct, IPlaneStores
        where TPrologue : struct, ISourcePrologue
    {
        ImageSize size = images.Size;
        nint pitch = size.W * (nint)size.C;
        int whole = images.Channels / V.Count * V.Count, rest = images.Channels - whole;
        int most = ((StripFloats / Points / Math.Clamp(whole, V.Count, MostChannels)) - (TTransform.Window - Side)) / Side;
        for (int tile = first; tile < last;)
        {
            TileRun run = grid.RunAt(tile, Math.Min(most, last - tile));
            int columns = (run.Count * Side) + TTransform.Window - Side;
            int y = run.Y - images.PadTop, x = run.X - images.PadLeft;
            var rowsInside = (First: Math.Max(0, -y), Last: Math.Min(TTransform.Window, size.H - y));
            var columnsInside = (First: Math.Min(columns, Math.Max(0, -x)), Last: Math.Min(columns, size.W - x));
            float* corner = (float*)source.Data + (run.Image * size.Floats) + (y * pitch) + (x * (nint)size.C) + images.FirstChannel;
            float* to = planes.Row(tile - first);
            for (int c = 0; c < whole; c += MostChannels)
            {
                int channels = Math.Min(MostChannels, whole - c);
                nint channel = (images.FirstChannel + c) * sizeof(float);
                var part = new SourceImages((nint)(corner + c), source.Scale + channel, source.Shift + channel);
                Columns<V, TPrologue>(part, size.C, pitch, rowsInside, columnsInside, columns, channels, scratch);
                Rows<V, TStores>(scratch, columns, run.Count, channels, to + c, planes.Pitch, planes.Stride);
            }
            if (rest > 0)
            {
                float* copy = scratch + StripFloats;
                CopyLanes(corner + whole, size.C, pitch, rowsInside, columnsInside, rest, V.Count, copy, columns * V.Count);
                Columns<V, NoPrologue>(new SourceImages(copy, null, null), V.Count, columns * V.Count, rowsInside, columnsInside, columns, V.Count, scratch);
                Rows<V, TStores>(scratch, columns, run.Count, V.Count, to + whole, planes.Pitch, planes.Stride);
            }
            tile += run.Count;
        }
    }

    /// <summary>T·d for each column of the run.</summary>
    [MethodImpl(Jit.Hot)]
    private static void Columns<V, TPrologue>(
        in SourceImages corner, nint pixel, nint pitch, (int First, int Last) rows, (int First, int Last) inside, int columns, nint channels, float* strip)
        where V : struct, ISimd<V>
        where TPrologue : struct, ISourcePrologue
    {
        nint row = columns * channels;
        float* p = (float*)corner.Data, scale = (float*)corner.Scale, shift = (float*)corner.Shift;
        for (int q = 0; q < columns; q++, strip += channels, p += pixel)
        {
            if (q < inside.First || q >= inside.Last)
            {
                for (int i = 0; i < Points; i++)
                {
                    new Span<float>(strip + (i * row), (int)channels).Clear();
                }
            }
            else if (rows == (0, TTransform.Window))
            {
                Column<V, TPrologue, WholeWindow>(p, pitch, scale, shift, rows, channels, strip, row);
            }
            else
            {
                Column<V, TPrologue, PartOfWindow>(p, pitch, scale, shift, rows, channels, strip, row);
            }
        }
    }

    /// <summary>T·d for one column of windows, of which some rows are outside the image.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Column<V, TPrologue, TRows>(
        float* p, nint pitch, float* factors, float* addends, (int First, int Last) rows, nint channels, float* strip, nint row)
        where V : struct, ISimd<V>
        where TPrologue : struct, ISourcePrologue
        where TRows : struct, IRows
    {
        V zero = V.Const(0);
        for (nint c = 0; c < channels; c += V.Count)
        {
            V scale = TPrologue.Scales ? V.Load(factors + c) : zero, shift = TPrologue.Scales ? V.Load(addends + c) : zero;
            float* from = p + c, to = strip + c;
            V d0 = TRows.Has(0, rows) ? TPrologue.Apply(V.Load(from), scale, shift) : zero;
            V d1 = TRows.Has(1, rows) ? TPrologue.Apply(V.Load(from + pitch), scale, shift) : zero;
            V d2 = TRows.Has(2, rows) ? TPrologue.Apply(V.Load(from + (2 * pitch)), scale, shift) : zero;
            V d3 = TRows.Has(3, rows) ? TPrologue.Apply(V.Load(from + (3 * pitch)), scale, shift) : zero;
            V d4 = TTransform.Window > 4 && TRows.Has(4, rows) ? TPrologue.Apply(V.Load(from + (4 * pitch)), scale, shift) : zero;
            V d5 = TTransform.Window > 5 && TRows.Has(5, rows) ? TPrologue.Apply(V.Load(from + (5 * pitch)), scale, shift) : zero;
            TTransform.Apply(d0, d1, d2, d3, d4, d5, out V p0, out V p1, out V p2, out V p3, out V p4, out V p5);
            p0.Store(to);
            p1.Store(to + row);
            p2.Store(to + (2 * row));
            p3.Store(to + (3 * row));
            p4.Store(to + (4 * row));
            p5.Store(to + (5 * row));
        }
    }

    /// <summary>(T·d)·Tᵀ for each tile of the run.</summary>
    [MethodImpl(Jit.Hot)]
    private static void Rows<V, TStores>(float* strip, int columns, int tiles, nint channels, float* planes, nint rowPitch, nint planeStride)
        where V : struct, ISimd<V>
        where TStores : struct, IPlaneStores
    {
        V zero = V.Const(0);
        for (int i = 0; i < Points; i++)
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                float* from = strip + (((i * columns) + (tile * Side)) * channels);
                float* to = planes + (i * Points * planeStride) + (tile * rowPitch), end = from + channels;
                for (; from < end; from += V.Count, to += V.Count)
                {
                    V d4 = TTransform.Window > 4 ? V.Load(from + (4 * channels)) : zero;
                    V d5 = TTransform.Window > 5 ? V.Load(from + (5 * channels)) : zero;
                    TTransform.Apply(
                        V.Load(from), V.Load(from + channels), V.Load(from + (2 * channels)), V.Load(from + (3 * channels)), d4, d5,
                        out V p0, out V p1, out V p2, out V p3, out V p4, out V p5);
                    TStores.Store(p0, to);
                    TStores.Store(p1, to + planeStride);
                    TStores.Store(p2, to + (2 * planeStride));
                    TStores.Store(p3, to + (3 * planeStride));
                    TStores.Store(p4, to + (4 * planeStride));
                    TStores.Store(p5, to + (5 * planeStride));
                }
            }
        }
    }

    /// <summary>Copies the pixels inside the image, so that whole vectors can be read of the last channels.</summary>
    [MethodImpl(Jit.Hot)]
    private static void CopyLanes(
        float* corner, nint pixel, nint pitch, (int First, int Last) rows, (int First, int Last) columns, int lanes, int width, float* copy,
        nint copyPitch)
    {
        for (int i = rows.First; i < rows.Last; i++)
        {
            for (int q = columns.First; q < columns.Last; q++)
            {
                float* from = corner + (i * pitch) + (q * pixel), to = copy + (i * copyPitch) + (q * width);
                for (int lane = 0; lane < width; lane++)
                {
                    to[lane] = lane < lanes ? from[lane] : 0;
                }
            }
        }
    }

    /// <summary>Which rows of a window are read: a loop of its own where that are all.</summary>
    private interface IRows
    {
        static abstract bool Has(int row, (int First, int Last) inside);
    }

    private readonly struct WholeWindow : IRows
    {
        [MethodImpl(Jit.Inline)]
        public static bool Has(int row, (int First, int Last) inside) => true;
    }

    private readonly struct PartOfWindow : IRows
    {
        [MethodImpl(Jit.Inline)]
        public static bool Has(int row, (int First, int Last) inside) => row >= inside.First && row < inside.Last;
    }
}
