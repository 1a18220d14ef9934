using Descent.Kernels;

namespace Descent;

/// <summary>
/// Runs a tile program and reduces its last result. The domain is (outer, reduced, inner) with the reduced axes together; long reductions
/// are cut in chunks whose number depends on the shape alone, and the chunks' partial results are combined in a fixed tree.
/// </summary>
internal sealed unsafe class TileReduceLaunch : Launch
{
    private const int ChunkElements = 16 * 1024;
    private readonly string _name;
    private readonly TileProgram _program;
    private readonly int _resultSlot;
    private readonly long _outer;
    private readonly long _reduced;
    private readonly int _inner;
    private readonly long _rowsPerChunk;
    private readonly int _chunks;
    private readonly int _outersPerUnit;
    private readonly PlanBuffer _scratch;
    private readonly PlanBuffer _output;
    private readonly PlanBuffer? _partials;
    private delegate*<float*, nint, float> _row;
    private delegate*<float*, nint, nint, nint, float*, void> _column;
    private delegate*<nint*, int, void> _fold;
    private float _identity;

    public TileReduceLaunch(
        string name, TileProgram program, Reduction kind, int resultSlot, (long Outer, long Reduced, long Inner) domain,
        PlanBuffer output, PlanBuffer scratch, Func<long, PlanBuffer> workspace)
    {
        (_name, _program, _resultSlot, _output, _scratch) = (name, program, resultSlot, output, scratch);
        (_outer, _reduced, _inner) = (domain.Outer, domain.Reduced, checked((int)domain.Inner));
        _rowsPerChunk = Math.Max(1, ChunkElements / Math.Max(1, _inner));
        _chunks = (int)Math.Max(1, (_reduced + _rowsPerChunk - 1) / _rowsPerChunk);
        _outersPerUnit = (int)Math.Max(1, ChunkElements / 4 / Math.Max(1, _reduced * _inner));
        switch (kind)
        {
            case Reduction.Sum:
                Use<SumReduction, Add>();
                break;
            case Reduction.Max:
                Use<MaxReduction, Maximum>();
                break;
            default:
                Use<MinReduction, Minimum>();
                break;
        }

        if (_chunks > 1)
        {
            _partials = workspace(_outer * _chunks * _inner * sizeof(float));
        }
    }

    public override string Name => _name;

    public override string Detail => $"({_outer}, {_reduced}, {_inner}) → ({_outer}, {_inner}), {_program.Steps.Length} steps, {_chunks} chunks";

    protected override int Phases => _chunks > 1 ? 2 : 1;

    protected override int Units(int phase) => phase == 0
        ? _chunks > 1 ? (int)(_outer * _chunks) : (int)((_outer + _outersPerUnit - 1) / _outersPerUnit)
        : (int)_outer;

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        if (phase == 1)
        {
            for (int outer = first; outer < last; outer++)
            {
                Combine(outer);
            }

            return;
        }

        nint* slots = stackalloc nint[_program.Slots];
        float* own = (float*)Run[_scratch] + (worker * _program.ScratchFloats);
        _program.Begin(Run, slots, own);
        if (_chunks > 1)
        {
            float* partials = (float*)Run[_partials!];
            for (int unit = first; unit < last; unit++)
            {
                long outer = unit / _chunks, chunk = unit % _chunks;
                long from = chunk * _rowsPerChunk;
                Accumulate(outer, from, Math.Min(_reduced, from + _rowsPerChunk), partials + ((long)unit * _inner), slots, own);
            }

            return;
        }

        float* output = (float*)Run[_output];
        long end = Math.Min(_outer, (long)last * _outersPerUnit);
        for (long outer = (long)first * _outersPerUnit; outer < end; outer++)
        {
            Accumulate(outer, 0, _reduced, output + (outer * _inner), slots, own);
        }
    }

    private void Use<TReduction, TFold>()
        where TReduction : struct, IReduction
        where TFold : struct, IBinaryOp
    {
        _row = &RowReduce.Row<TReduction>;
        _column = &ColumnReduce.Run<TReduction>;
        _fold = &BinaryLoop<TFold>.Run;
        _identity = (float)TReduction.Identity;
    }

    /// <summary>Reduces rows [from, to) of one outer index into the result's row, tile after tile in order.</summary>
    private void Accumulate(long outer, long from, long to, float* result, nint* slots, float* own)
    {
        new Span<float>(result, _inner).Fill(_identity);
        long start = ((outer * _reduced) + from) * _inner;
        float* partial = stackalloc float[TileProgram.Tile];
        if (_inner == 1)
        {
            for (long done = 0; done < to - from;)
            {
                int n = (int)Math.Min(TileProgram.Tile, to - from - done);
                _program.Evaluate(Run, start + done, n, slots, own);
                *partial = _row((float*)slots[_resultSlot], n);
                Fold(result, partial, 1);
                done += n;
            }

            return;
        }

        // A wide row is taken in pieces, a narrow one several at a time.
        int rowsPerTile = Math.Max(1, TileProgram.Tile / _inner);
        for (int piece = 0; piece < _inner; piece += TileProgram.Tile)
        {
            int columns = Math.Min(TileProgram.Tile, _inner - piece);
            for (long row = from; row < to; row += rowsPerTile)
            {
                int rows = (int)Math.Min(rowsPerTile, to - row);
                _program.Evaluate(Run, start + ((row - from) * _inner) + piece, rows * columns, slots, own);
                _column((float*)slots[_resultSlot], columns, rows, columns, partial);
                Fold(result + piece, partial, columns);
            }
        }
    }

    private void Fold(float* result, float* partial, int n)
    {
        nint* arguments = stackalloc nint[3];
        (arguments[0], arguments[1], arguments[2]) = ((nint)result, (nint)partial, (nint)result);
        _fold(arguments, n);
    }

    /// <summary>Combines the chunks of one outer index in pairs: neighbours first, then pairs of pairs.</summary>
    private void Combine(long outer)
    {
        float* partials = (float*)Run[_partials!] + (outer * _chunks * _inner);
        for (int distance = 1; distance < _chunks; distance *= 2)
        {
            for (int chunk = 0; chunk + distance < _chunks; chunk += 2 * distance)
            {
                Fold(partials + ((long)chunk * _inner), partials + ((long)(chunk + distance) * _inner), _inner);
            }
        }

        new ReadOnlySpan<float>(partials, _inner).CopyTo(new Span<float>((float*)Run[_output] + (outer * _inner), _inner));
    }
}
