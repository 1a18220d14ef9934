namespace Descent;

/// <summary>Computes units [first, last) of a kernel over the run's buffers.</summary>
internal delegate void KernelBody(PlanRun run, int first, int last, int worker);

/// <summary>A launch whose kernel needs no more than its units: each phase is a body and how many units it has.</summary>
internal sealed class KernelLaunch(string name, string detail, params (int Units, KernelBody Body)[] phases) : Launch
{
    public override string Name => name;

    public override string Detail => detail;

    protected override int Phases => phases.Length;

    protected override int Units(int phase) => phases[phase].Units;

    protected override void RunUnits(int phase, int first, int last, int worker) => phases[phase].Body(Run, first, last, worker);

    /// <summary>Cuts rows in units of about 4,096 elements; what a row computes must not depend on the cut.</summary>
    public static (int Units, KernelBody Body) Rows(long rows, long elementsPerRow, Action<PlanRun, long, long> compute)
    {
        long rowsPerUnit = Math.Max(1, 4096 / Math.Max(1, elementsPerRow));
        int units = checked((int)((rows + rowsPerUnit - 1) / rowsPerUnit));
        return (units, (run, first, last, _) => compute(run, first * rowsPerUnit, Math.Min(rows, last * rowsPerUnit)));
    }
}
