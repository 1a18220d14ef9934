using Descent.Kernels;

namespace Descent;

/// <summary>
/// Chooses how the three passes of a convolution run: directly on channels-last images, with weights packed once per version.
/// </summary>
internal static unsafe class Conv2dKernel
{
    public static IEnumerable<Candidate> Forward(PlanNode node, Conv2d op) =>
        Candidates(op.Sizes(node.Inputs[0].Type.Shape, node.Inputs[1].Type.Shape), Conv2dPass.Forward, (choose, how) => Forward(choose, node, op, how))
            .Select(candidate => candidate with { TakesEpilogue = true });

    public static IEnumerable<Candidate> BackwardInput(PlanNode node, Conv2dBackwardInput op) =>
        Candidates(op.Sizes(node.Inputs[1].Type.Shape), Conv2dPass.BackwardInput, (choose, how) => BackwardInput(choose, node, op, how))
            .Select(candidate => candidate with { TakesEpilogue = true });

    public static IEnumerable<Candidate> BackwardWeight(PlanNode node, Conv2dBackwardWeight op) =>
        Candidates(op.Sizes(node.Inputs[0].Type.Shape), Conv2dPass.BackwardWeight, (choose, how) => BackwardWeight(choose, node, op, how));

    private static IEnumerable<Candidate> Candidates(Conv2dShape shape, Conv2dPass pass, Action<Choose, Conv2dAlgorithm> lower) =>
        Conv2dAlgorithms.For(shape, pass).Select(way => new Candidate(way.Algorithm.ToString().ToLowerInvariant(), choose => lower(choose, way.Algorithm))
        {
            Images = AxisOrder.ChannelsLast,
            Seconds = way.Seconds,
            TakesPrologue = Conv2dAlgorithms.TakesPrologue(way.Algorithm, shape, pass),
            IsApproximate = way.Algorithm == Conv2dAlgorithm.Winograd,
        });

    private static void Forward(Choose choose, PlanNode node, Conv2d op, Conv2dAlgorithm algorithm)
    {
        EpilogueFusion? fusion = choose.Epilogues.GetValueOrDefault(node);
        PlanValue result = fusion?.Last.Outputs[0] ?? node.Outputs[0];
        Conv2dShape shape = op.Sizes(node.Inputs[0].Type.Shape, node.Inputs[1].Type.Shape);
        PrologueBuffers x = PrologueBuffers.Of(choose, node);
        var plan = new Conv2dForwardPlan(shape, algorithm, fusion?.Kind ?? Epilogue.None, choose.Threads > 1, x.Kind);
        var pass = new Pass(
            x.Name + op.Name + fusion?.Name, Describe(shape, algorithm), shape, plan.Phases, plan.Units, plan.PackUnits, plan.PackWeights, plan.Run, plan.PackedWeightFloats,
            plan.WorkspaceFloats(choose.Threads));
        Add(choose, pass, x, node.Inputs[1], EpilogueBuffers.Of(choose, fusion, AxisOrder.ChannelsLast), choose.Output(result, AxisOrder.ChannelsLast));
    }

    private static void BackwardInput(Choose choose, PlanNode node, Conv2dBackwardInput op, Conv2dAlgorithm algorithm)
    {
        Conv2dShape shape = op.Sizes(node.Inputs[1].Type.Shape);
        EpilogueFusion? fusion = choose.Epilogues.GetValueOrDefault(node);
        PlanValue result = fusion?.Last.Outputs[0] ?? node.Outputs[0];
        var plan = new Conv2dBackwardInputPlan(shape, algorithm, fusion?.Kind ?? Epilogue.None, choose.Threads > 1);
        PrologueBuffers dy = PrologueBuffers.Of(choose, node);
        var pass = new Pass(
            op.Name + fusion?.Name, Describe(shape, algorithm), shape, plan.Phases, plan.Units, plan.PackUnits, plan.PackWeights, plan.Run, plan.PackedWeightFloats,
            plan.WorkspaceFloats(choose.Threads));
        Add(choose, pass, dy, node.Inputs[1], EpilogueBuffers.Of(choose, fusion, AxisOrder.ChannelsLast), choose.Output(result, AxisOrder.ChannelsLast));
    }

    private static void BackwardWeight(Choose choose, PlanNode node, Conv2dBackwardWeight op, Conv2dAlgorithm algorithm)
    {
        Conv2dShape shape = op.Sizes(node.Inputs[0].Type.Shape);
        PrologueBuffers x = PrologueBuffers.Of(choose, node);
        var plan = new Conv2dBackwardWeightPlan(shape, algorithm, choose.Threads > 1, x.Kind);
        PlanBuffer dy = choose.Dense(node.Inputs[1], AxisOrder.ChannelsLast);
        PlanBuffer dw = choose.Output(node.Outputs[0]);
        PlanBuffer? db = choose.BiasGradients.TryGetValue(node, out PlanNode? sum) ? choose.Output(sum.Outputs[0]) : null;
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats(choose.Threads) * sizeof(float));
        WeightGradientArgs Args(PlanRun run) => new()
        {
            X = x.Images(run),
            XScale = x.Scale(run),
            XShift = x.Shift(run),
            Dy = (float*)run[dy],
            Dw = (float*)run[dw],
            Db = db is null ? null : (float*)run[db],
            Workspace = (float*)run[workspace],
        };
        var launch = new KernelLaunch(
            x.Name + op.Name + (db is null ? "" : "+bias"), Describe(shape, algorithm),
            [.. Enumerable.Range(0, plan.Phases).Select(phase =>
                (plan.Units(phase), (KernelBody)((run, first, last, worker) => plan.Run(phase, first, last, worker, Args(run)))))])
        { Flops = Flops(shape) };
        launch.Workspaces.Add(workspace);
        choose.Add(launch, [.. x.All, dy], db is null ? [dw] : [dw, db]);
    }

    public static string Describe(in Conv2dShape s) =>
        $"({s.N}, {s.C}, {s.H}, {s.W}) · ({s.K}, {s.C / s.Groups}, {s.KernelH}, {s.KernelW}) stride {s.StrideH}";

    private static string Describe(in Conv2dShape s, Conv2dAlgorithm algorithm) => $"{Describe(s)} {algorithm.ToString().ToLowerInvariant()}";

    private static void Add(Choose choose, Pass pass, PrologueBuffers source, PlanValue weights, EpilogueBuffers epilogue, PlanBuffer target)
    {
        // Packed weights of a parameter outlive the run: while the parameter stays, nothing is packed again.
        bool kept = weights.Cell >= 0;
        PlanBuffer packed = choose.NewBuffer(pass.PackedFloats * sizeof(float), kept ? BufferKind.Kept : BufferKind.Arena);
        PlanBuffer workspace = choose.NewBuffer(pass.WorkspaceFloats * sizeof(float));
        PlanBuffer w = choose.Dense(weights);
        var launch = new ConvolutionLaunch(pass, source, w, kept ? weights.LeafIndex : -1, packed, epilogue, target, workspace) { Flops = Flops(pass.Shape) };
        launch.Workspaces.Add(workspace);
        if (!kept)
        {
            launch.Workspaces.Add(packed);
        }

        choose.Add(launch, [.. source.All, w, .. epilogue.All], [target]);
    }

    public static long Flops(in Conv2dShape s) =>
        2L * s.N * s.K * s.OutH * s.OutW * (s.C / s.Groups) * s.KernelH * s.KernelW;

    internal delegate void Pack(float* weights, float* packed, int firstUnit, int lastUnit);

    internal delegate void Compute(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args);

    /// <summary>Forward and backward-input are the same kind of pass: both read images, packed weights and write images.</summary>
    internal sealed record Pass(
        string Name, string Detail, Conv2dShape Shape, int Phases, Func<int, int> Units, int PackUnits, Pack Pack, Compute Compute, long PackedFloats,
        long WorkspaceFloats);
}

/// <summary>A convolution or its gradient by the input.</summary>
internal sealed unsafe class ConvolutionLaunch(
    Conv2dKernel.Pass pass, PrologueBuffers source, PlanBuffer weights, int weightLeaf, PlanBuffer packed, EpilogueBuffers epilogue,
    PlanBuffer target, PlanBuffer workspace) : Launch
{
    private readonly StableInputs? _weights = weightLeaf >= 0 ? new([weightLeaf]) : null;
    private ConvolutionArgs _args;
    private bool _packs;

    public override string Name => pass.Name;

    public override string Detail => pass.Detail;

    protected override int Phases => 1 + pass.Phases;

    protected override int Units(int phase) => phase > 0 ? pass.Units(phase - 1) : _packs ? pass.PackUnits : 0;

    protected override void Prepare()
    {
        _packs = _weights is null || _weights.HaveChanged(Run.Leaves);
        _args.Source = source.Images(Run);
        _args.SourceScale = source.Scale(Run);
        _args.SourceShift = source.Shift(Run);
        _args.Weights = (float*)Run[packed];
        _args.Target = (float*)Run[target];
        _args.Scale = epilogue.Scale(Run);
        _args.Shift = epilogue.Shift(Run);
        _args.Other = epilogue.Other(Run);
        _args.Workspace = (float*)Run[workspace];
    }

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        if (phase == 0)
        {
            pass.Pack((float*)Run[weights], (float*)Run[packed], first, last);
        }
        else
        {
            pass.Compute(phase - 1, first, last, worker, _args);
        }
    }
}
