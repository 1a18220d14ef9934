using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The memory of one weight gradient; images are dense (N, H, W, channels).</summary>
public unsafe struct WeightGradientArgs
{
    /// <summary>The input of the convolution.</summary>
    public float* X;

    /// <summary>The gradient of its output.</summary>
    public float* Dy;

    /// <summary>Written: the gradient of the weights in logical order (K, C / Groups, KernelH, KernelW).</summary>
    public float* Dw;

    /// <summary>Written: the gradient of a bias per output channel (K); null where it is not wanted.</summary>
    public float* Db;

    /// <summary>As many floats as the plan asks for; their values do not matter.</summary>
    public float* Workspace;
}

/// <summary>
/// How the gradient of one shape of convolution by its weights is computed on channels-last images, and with it the bias gradient.
/// Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// Three phases, each of units that may run in any order on any threads; a phase begins when the one before is complete:
/// <see cref="Run"/> sums chunks of pixels, <see cref="RunCombine"/> adds the chunks, <see cref="RunStore"/> brings the sum into logical
/// order.
/// Numerics: the number of chunks depends on the shape alone. Within a chunk each element is one chain of fused multiply-adds in ascending
/// (n, p, q); chunks are added in ascending order.
/// </remarks>
public sealed unsafe class Conv2dBackwardWeightPlan
{
    private const int WantedUnits = 64;
    private const double LeastWork = 2e6;

    // Partial sums should stay in cache until they are added.
    private const long MostPartialFloats = 1 << 20;

    // The input rows and the gradient rows of a band are read once per tile of the gradient.
    private const int BandFloats = 48 * 1024;

    private const int CombineFloats = 4096;

    private readonly Conv2dShape _s;
    private readonly IWeightGradient _gradient;
    private readonly ImageBands _bands;
    private readonly int _chunks;
    private readonly int _splits;
    private readonly nint _partialFloats;
    private readonly nint _scratchFloats;

    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public Conv2dBackwardWeightPlan(Conv2dShape shape)
    {
        Conv2dShape s = shape.Validated().Flattened();
        Shape = shape;
        _s = s;
        _gradient = s.IsDepthwise ? new DepthwiseWeightGradient(s) : new WeightGradient(s);

        long rowFloats = ((long)s.StrideH * s.W * s.GroupC) + ((long)s.OutW * Math.Min(s.GroupK, WeightPanels.Width));
        _bands = new ImageBands(s.N, s.OutH, (int)Math.Clamp(BandFloats / rowFloats, 1, s.OutH));
        _scratchFloats = (nint)_gradient.ScratchFloats(_bands.RowsPerBand);

        _partialFloats = (_gradient.Floats + s.K + 15) / 16 * 16;
        double wanted = Math.Min(Math.Min(WantedUnits, s.Flops / LeastWork), MostPartialFloats / (double)_partialFloats);
        _chunks = (int)Math.Clamp(wanted, 1, _bands.Units);
        _splits = (int)Math.Clamp(Math.Min(WantedUnits, s.Flops / LeastWork) / _chunks, 1, _gradient.Pieces);
        Units = _chunks * _splits;
        CombineUnits = _chunks == 1 ? 0 : (int)((_partialFloats + CombineFloats - 1) / CombineFloats);
    }

    /// <summary>The forward convolution.</summary>
    public Conv2dShape Shape { get; }

    /// <summary>Units of <see cref="Run"/>.</summary>
    public int Units { get; }

    /// <summary>Units of <see cref="RunCombine"/>, possibly 0.</summary>
    public int CombineUnits { get; }

    /// <summary>Units of <see cref="RunStore"/>.</summary>
    public int StoreUnits => _gradient.StoreUnits;

    /// <summary>Partial sums, and scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => (_chunks * (long)_partialFloats) + (workers * (long)_scratchFloats);

    /// <summary>Sums chunks of pixels, units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the scratch to use; no two calls at a time with the same.</param>
    /// <param name="args">The memory.</param>
    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, int worker, in WeightGradientArgs args)
    {
        float* scratch = args.Workspace + (_chunks * _partialFloats) + (worker * _scratchFloats);
        nint inputs = (nint)_s.H * _s.W * _s.C, row = (nint)_s.OutW * _s.K, outputs = _s.OutH * row;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int chunk, int split) = Math.DivRem(unit, _splits);
            float* partial = args.Workspace + (chunk * _partialFloats);
            int band = (int)((long)_bands.Units * chunk / _chunks), end = (int)((long)_bands.Units * (chunk + 1) / _chunks);
            var pieces = ((int)((long)_gradient.Pieces * split / _splits), (int)((long)_gradient.Pieces * (split + 1) / _splits));
            bool accumulate = false;
            for (; band < end; band++)
            {
                (int n, int first, int last) = _bands[band];
                float* dy = args.Dy + (n * outputs);
                _gradient.Run(args.X + (n * inputs), dy, partial, scratch, (first, last), pieces, accumulate);
                if (split == 0 && args.Db is not null)
                {
                    ColumnSums.Run(dy + (first * row), (nint)(last - first) * _s.OutW, _s.K, partial + _gradient.Floats, accumulate);
                }
                accumulate = true;
            }
        }
    }

    /// <summary>Adds the chunks, units [firstUnit, lastUnit).</summary>
    [MethodImpl(Jit.Hot)]
    public void RunCombine(int firstUnit, int lastUnit, in WeightGradientArgs args)
    {
        // The bias gradient stands behind the weight gradient in each partial, or nothing does.
        nint end = nint.Min(_gradient.Floats + (args.Db is null ? 0 : _s.K), lastUnit * (nint)CombineFloats);
        nint i = firstUnit * (nint)CombineFloats;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            float* partial = args.Workspace + i;
            Vector<float> sum = Vector.Load(partial);
            for (int chunk = 1; chunk < _chunks; chunk++)
            {
                sum += Vector.Load(partial + (chunk * _partialFloats));
            }
            sum.Store(partial);
        }
        for (; i < end; i++)
        {
            float sum = args.Workspace[i];
            for (int chunk = 1; chunk < _chunks; chunk++)
            {
                sum += args.Workspace[i + (chunk * _partialFloats)];
            }
            args.Workspace[i] = sum;
        }
    }

    /// <summary>Writes the gradients in logical order, units [firstUnit, lastUnit).</summary>
    public void RunStore(int firstUnit, int lastUnit, in WeightGradientArgs args)
    {
        _gradient.Store(args.Workspace, args.Dw, firstUnit, lastUnit);
        if (firstUnit == 0 && lastUnit > 0 && args.Db is not null)
        {
            new ReadOnlySpan<float>(args.Workspace + _gradient.Floats, _s.K).CopyTo(new Span<float>(args.Db, _s.K));
        }
    }
}
