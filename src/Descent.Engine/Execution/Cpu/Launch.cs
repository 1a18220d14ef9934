using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent;

/// <summary>What a plan's launches see while it runs: where each buffer lies, and the team that does the work.</summary>
internal sealed class PlanRun
{
    private nint[] _pointers = [];

    public ThreadTeam Team { get; set; } = null!;

    /// <summary>Set by a guard: the rest of the plan does not run.</summary>
    public bool Failed { get; set; }

    /// <summary>Times every launch.</summary>
    public bool Profile { get; set; }

    /// <summary>The plan is so short that the caller does all of it.</summary>
    public bool IsShort { get; set; }

    /// <summary>What each leaf is bound to.</summary>
    public object[] Leaves { get; set; } = [];

    public nint this[PlanBuffer buffer] => _pointers[buffer.Id];

    public void Bind(nint[] pointers)
    {
        _pointers = pointers;
        Failed = false;
    }
}

/// <summary>One piece of a plan: a kernel over buffers, split in units that any thread may take in any order.</summary>
internal abstract unsafe class Launch
{
    /// <summary>What runs, as the plan prints it.</summary>
    public abstract string Name { get; }

    /// <summary>Shapes, as the plan prints them.</summary>
    public virtual string Detail => "";

    public List<PlanBuffer> Reads { get; } = [];

    public List<PlanBuffer> Writes { get; } = [];

    /// <summary>Scratch that lives only during the launch.</summary>
    public List<PlanBuffer> Workspaces { get; } = [];

    /// <summary>Pairs of a written buffer and a read one of the same size that it may overwrite.</summary>
    public List<(PlanBuffer Write, PlanBuffer Read)> MayOverwrite { get; } = [];

    /// <summary>What the results are computed from where they are kept from run to run; null for what is computed in every run.</summary>
    public StableInputs? Inputs { get; set; }

    public long Flops { get; init; }

    public long Bytes { get; set; }

    /// <summary>By shape, slow rather than fast.</summary>
    public double EstimatedSeconds => (Flops / 100e9) + (Bytes / 20e9);

    /// <summary>
    /// True for about a microsecond of work or less: the caller does it alone, since a region of the team costs as much, and twenty times as much
    /// where its threads have gone to sleep. Who runs a unit changes no bit.
    /// </summary>
    private bool IsTiny => EstimatedSeconds < 1e-6;

    /// <summary>The sum over timed runs.</summary>
    public double Seconds { get; private set; }

    public long TimedRuns { get; private set; }

    /// <summary>The run that is under way; runs of a device never overlap.</summary>
    protected PlanRun Run { get; private set; } = null!;

    /// <summary>Phases follow each other; the units of one phase may run at once.</summary>
    protected virtual int Phases => 1;

    protected virtual int Units(int phase) => 1;

    protected abstract void RunUnits(int phase, int first, int last, int worker);

    /// <summary>On the calling thread, before the phases.</summary>
    protected virtual void Prepare()
    {
    }

    public void Execute(PlanRun run)
    {
        if (Inputs is not null && !Inputs.HaveChanged(run.Leaves))
        {
            return;
        }

        Run = run;
        long start = run.Profile ? Stopwatch.GetTimestamp() : 0;
        Prepare();
        bool alone = run.IsShort || IsTiny;
        for (int phase = 0; phase < Phases; phase++)
        {
            int units = Units(phase);
            if (alone && units > 0)
            {
                RunUnits(phase, 0, units, worker: 0);
                continue;
            }

            var state = new State { Launch = this, Phase = phase };
            run.Team.Run(units, &Body, Unsafe.AsPointer(ref state));
        }

        if (run.Profile)
        {
            Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            TimedRuns++;
        }
    }

    // The caller waits in Execute, so that its stack, and with it the reference, outlives the region.
    private static void Body(void* state, int first, int last, int worker)
    {
        ref State s = ref Unsafe.AsRef<State>(state);
        s.Launch.RunUnits(s.Phase, first, last, worker);
    }

    private struct State
    {
        public Launch Launch;
        public int Phase;
    }
}
