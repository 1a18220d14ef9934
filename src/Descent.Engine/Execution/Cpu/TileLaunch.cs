namespace Descent;

/// <summary>Runs a tile program over its whole domain.</summary>
internal sealed unsafe class TileLaunch(string name, TileProgram program, long count, PlanBuffer scratch) : Launch
{
    /// <summary>Tiles per unit: stealing a unit costs less than computing it.</summary>
    private const int TilesPerUnit = 4;

    public override string Name => name;

    public override string Detail => $"{program.Steps.Length} steps over {string.Join('×', program.Axes)}";

    protected override int Units(int phase) => (int)((count + (TilesPerUnit * TileProgram.Tile) - 1) / (TilesPerUnit * TileProgram.Tile));

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        nint* slots = stackalloc nint[program.Slots];
        float* own = (float*)Run[scratch] + (worker * program.ScratchFloats);
        program.Begin(Run, slots, own);
        long end = Math.Min(count, (long)last * TilesPerUnit * TileProgram.Tile);
        for (long start = (long)first * TilesPerUnit * TileProgram.Tile; start < end; start += TileProgram.Tile)
        {
            program.Evaluate(Run, start, (int)Math.Min(TileProgram.Tile, end - start), slots, own);
        }
    }
}
