namespace Descent;

/// <summary>Stops the run where a loss or a norm is not finite: launches that write cells come after it.</summary>
internal sealed unsafe class GuardLaunch(PlanBuffer[] guards) : Launch
{
    public override string Name => "guard finite";

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        foreach (PlanBuffer guard in guards)
        {
            bool finite = guard.Bytes == sizeof(float) ? float.IsFinite(*(float*)Run[guard]) : double.IsFinite(*(double*)Run[guard]);
            Run.Failed |= !finite;
        }
    }
}
