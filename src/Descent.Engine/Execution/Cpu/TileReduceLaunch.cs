namespace Descent;

/// <summary>
/// Runs a tile program and reduces values of it, all over the same axes. The domain is (outer, reduced, inner) with the reduced axes
/// together; long reductions are cut in chunks whose number depends on the shape alone, and the chunks' partial results are combined in a
/// fixed tree.
/// </summary>
internal sealed unsafe class TileReduceLaunch : Launch
{
    private const int ChunkElements = 16 * 1024;
    private readonly string _name;
    private readonly TileProgram _program;
    private readonly TileFold[] _folds;
    private readonly long _outer;
    private readonly long _reduced;
    private readonly int _inner;
    private readonly long _rowsPerChunk;
    private readonly int _chunks;
    private readonly int _outersPerUnit;
    private readonly PlanBuffer _scratch;

    public TileReduceLaunch(
        string name, TileProgram program, TileFold[] folds, (long Outer, long Reduced, long Inner) domain, PlanBuffer scratch,
        Func<long, PlanBuffer> workspace)
    {
        (_name, _program, _folds, _scratch) = (name, program, folds, scratch);
        (_outer, _reduced, _inner) = (domain.Outer, domain.Reduced, checked((int)domain.Inner));
        _rowsPerChunk = Math.Max(1, ChunkElements / Math.Max(1, _inner));
        _chunks = (int)Math.Max(1, (_reduced + _rowsPerChunk - 1) / _rowsPerChunk);
        _outersPerUnit = (int)Math.Max(1, ChunkElements / 4 / Math.Max(1, _reduced * _inner));
        foreach (TileFold fold in folds)
        {
            fold.Partials = _chunks > 1 ? workspace(_outer * _chunks * _inner * sizeof(float)) : null;
        }
    }

    public override string Name => _name;

    public override string Detail => $"({_outer}, {_reduced}, {_inner}) → ({_outer}, {_inner}), {_program.Steps.Length} steps, {_chunks} chunks";

    /// <summary>How many values are reduced.</summary>
    public int Reductions => _folds.Length;

    protected override int Phases => _chunks > 1 ? 2 : 1;

    protected override int Units(int phase) => phase == 0
        ? _chunks > 1 ? (int)(_outer * _chunks) : (int)((_outer + _outersPerUnit - 1) / _outersPerUnit)
        : (int)_outer;

    /// <summary>True where an operand is itself reduced.</summary>
    public bool Reduces(int operand) => Array.Exists(_folds, fold => fold.Slot == operand);

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        if (phase == 1)
        {
            for (int outer = first; outer < last; outer++)
            {
                foreach (TileFold fold in _folds)
                {
                    Combine(fold, outer);
                }
            }

            return;
        }

        nint* slots = stackalloc nint[_program.Slots];
        float* own = (float*)Run[_scratch] + (worker * _program.ScratchFloats);
        float** results = stackalloc float*[_folds.Length];
        _program.Begin(Run, slots, own);
        if (_chunks > 1)
        {
            for (int unit = first; unit < last; unit++)
            {
                long outer = unit / _chunks, chunk = unit % _chunks;
                long from = chunk * _rowsPerChunk;
                for (int i = 0; i < _folds.Length; i++)
                {
                    results[i] = (float*)Run[_folds[i].Partials!] + ((long)unit * _inner);
                }

                Accumulate(outer, from, Math.Min(_reduced, from + _rowsPerChunk), results, slots, own);
            }

            return;
        }

        long end = Math.Min(_outer, (long)last * _outersPerUnit);
        for (long outer = (long)first * _outersPerUnit; outer < end; outer++)
        {
            for (int i = 0; i < _folds.Length; i++)
            {
                results[i] = (float*)Run[_folds[i].Output] + (outer * _inner);
            }

            Accumulate(outer, 0, _reduced, results, slots, own);
        }
    }

    /// <summary>Reduces rows [from, to) of one outer index into the results' rows, tile after tile in order.</summary>
    private void Accumulate(long outer, long from, long to, float** results, nint* slots, float* own)
    {
        for (int i = 0; i < _folds.Length; i++)
        {
            new Span<float>(results[i], _inner).Fill(_folds[i].Identity);
        }

        long start = ((outer * _reduced) + from) * _inner;
        float* partial = stackalloc float[TileProgram.Tile];
        if (_inner == 1)
        {
            for (long done = 0; done < to - from;)
            {
                int n = (int)Math.Min(TileProgram.Tile, to - from - done);
                _program.Evaluate(Run, start + done, n, slots, own);
                for (int i = 0; i < _folds.Length; i++)
                {
                    *partial = _folds[i].Row((float*)slots[_folds[i].Slot], n);
                    _folds[i].Combine(results[i], partial, 1);
                }

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
                for (int i = 0; i < _folds.Length; i++)
                {
                    _folds[i].Column((float*)slots[_folds[i].Slot], columns, rows, columns, partial);
                    _folds[i].Combine(results[i] + piece, partial, columns);
                }
            }
        }
    }

    /// <summary>Combines the chunks of one outer index in pairs: neighbours first, then pairs of pairs.</summary>
    private void Combine(TileFold fold, long outer)
    {
        float* partials = (float*)Run[fold.Partials!] + (outer * _chunks * _inner);
        for (int distance = 1; distance < _chunks; distance *= 2)
        {
            for (int chunk = 0; chunk + distance < _chunks; chunk += 2 * distance)
            {
                fold.Combine(partials + ((long)chunk * _inner), partials + ((long)(chunk + distance) * _inner), _inner);
            }
        }

        new ReadOnlySpan<float>(partials, _inner).CopyTo(new Span<float>((float*)Run[fold.Output] + (outer * _inner), _inner));
    }
}
