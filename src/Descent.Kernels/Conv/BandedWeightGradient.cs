using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>A weight gradient that is summed over bands of output rows, some of them to a chunk.</summary>
internal sealed unsafe class BandedWeightGradient : IChunkedWeightGradient
{
    private const int WantedUnits = 64;
    private const double LeastWork = 2e6;

    // Partial sums should stay in cache until they are added.
    private const long MostPartialFloats = 1 << 20;

    // The input rows and the gradient rows of a band are read once per tile of the gradient.
    private const int BandFloats = 48 * 1024;

    private readonly Conv2dShape _s;
    private readonly IBandGradient _gradient;
    private readonly ImageBands _bands;

    public BandedWeightGradient(in Conv2dShape s, IBandGradient gradient)
    {
        _s = s;
        _gradient = gradient;
        long rowFloats = ((long)s.StrideH * s.W * s.GroupC) + ((long)s.OutW * Math.Min(s.GroupK, WeightPanels.Width));
        _bands = new ImageBands(s.N, s.OutH, (int)Math.Clamp(BandFloats / rowFloats, 1, s.OutH));
        ScratchFloats = (nint)gradient.ScratchFloats(_bands.RowsPerBand);
        double units = Math.Min(WantedUnits, s.Flops / LeastWork);
        Chunks = (int)Math.Clamp(Math.Min(units, MostPartialFloats / (double)(gradient.Floats + s.K)), 1, _bands.Units);
        Splits = (int)Math.Clamp(units / Chunks, 1, gradient.Pieces);
    }

    public int Chunks { get; }

    public int Splits { get; }

    public nint Floats => _gradient.Floats;

    public nint ScratchFloats { get; }

    public int StoreUnits => _gradient.StoreUnits;

    [MethodImpl(Jit.Hot)]
    public void Run(int chunk, int split, in WeightGradientArgs args, float* partial, float* scratch)
    {
        nint inputs = (nint)_s.H * _s.W * _s.C, row = (nint)_s.OutW * _s.K, outputs = _s.OutH * row;
        int band = (int)((long)_bands.Units * chunk / Chunks), end = (int)((long)_bands.Units * (chunk + 1) / Chunks);
        var pieces = ((int)((long)_gradient.Pieces * split / Splits), (int)((long)_gradient.Pieces * (split + 1) / Splits));
        bool accumulate = false;
        for (; band < end; band++)
        {
            (int n, int first, int last) = _bands[band];
            float* dy = args.Dy + (n * outputs);
            _gradient.Run(args.X + (n * inputs), dy, partial, scratch, (first, last), pieces, accumulate);
            if (split == 0 && args.Db is not null)
            {
                ColumnSums.Run(dy + (first * row), (nint)(last - first) * _s.OutW, _s.K, _s.K, partial + Floats, accumulate);
            }
            accumulate = true;
        }
    }

    public void Store(float* gradient, float* dw, int firstUnit, int lastUnit) => _gradient.Store(gradient, dw, firstUnit, lastUnit);
}
