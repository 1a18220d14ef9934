namespace Descent;

/// <summary>Weights in the order of a kernel. Those of a parameter outlive the run: while the parameter stays, nothing is packed again.</summary>
internal sealed unsafe class PackedWeights
{
    private readonly StableInputs? _inputs;

    public PackedWeights(Choose choose, PlanValue weights, long floats)
    {
        AreKept = weights.Cell >= 0;
        _inputs = AreKept ? new StableInputs([weights.LeafIndex]) : null;
        Source = choose.Dense(weights);
        Packed = choose.NewBuffer(floats * sizeof(float), AreKept ? BufferKind.Kept : BufferKind.Arena);
    }

    /// <summary>Brings units [firstUnit, lastUnit) of the weights into the order of the kernel.</summary>
    public delegate void Pack(float* weights, float* packed, int firstUnit, int lastUnit);

    /// <summary>Computes units [first, last) with packed weights.</summary>
    public delegate void Body(PlanRun run, float* packed, int first, int last, int worker);

    public bool AreKept { get; }

    public PlanBuffer Source { get; }

    public PlanBuffer Packed { get; }

    /// <summary>Whether they must be packed in this run; asked once per run.</summary>
    public bool AreStale(PlanRun run) => _inputs is null || _inputs.HaveChanged(run.Leaves);
}

/// <summary>A launch that packs weights where it must and then computes.</summary>
internal sealed unsafe class PackedLaunch(
    string name, string detail, PackedWeights weights, (int Units, PackedWeights.Pack Run) pack, (int Units, PackedWeights.Body Run) compute) : Launch
{
    private bool _packs;

    public override string Name => name;

    public override string Detail => detail;

    protected override int Phases => 2;

    protected override int Units(int phase) => phase == 1 ? compute.Units : _packs ? pack.Units : 0;

    protected override void Prepare() => _packs = weights.AreStale(Run);

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        float* packed = (float*)Run[weights.Packed];
        if (phase == 0)
        {
            pack.Run((float*)Run[weights.Source], packed, first, last);
        }
        else
        {
            compute.Run(Run, packed, first, last, worker);
        }
    }
}
