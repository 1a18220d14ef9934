using Descent.Kernels;

namespace Descent;

/// <summary>
/// What a kind of device offers to the planner: kernels for every op, and the launches that the planner itself needs.
/// All of it is a function of ops, shapes and element types: never of values, of timing or of the number of threads.
/// </summary>
internal interface IBackend
{
    /// <summary>
    /// The ways in which a node that is neither elementwise nor a view can run: at least one. Candidates whose bits differ read the same
    /// layouts, so that the choice, and with it the bits, does not depend on the rest of the graph.
    /// </summary>
    IReadOnlyList<Candidate> Candidates(PlanNode node);

    /// <summary>Adds the launch of a chain of elementwise ops with the reductions that end it.</summary>
    void LowerElementwise(Choose choose, TileGroup group);

    /// <summary>Whether a convolution of these sizes runs better as one with the pooling after it.</summary>
    bool FusesPooling(in ConvPoolShape shape);

    /// <summary>Adds the launch that stands at this node of a convolution with the pooling after it, or of its gradients, if one does.</summary>
    void LowerPooling(Choose choose, PoolFusion fusion, PlanNode node);

    /// <summary>Lays the elements of a value out elsewhere.</summary>
    Launch Copy(Place from, Place to, DType type);

    /// <summary>Stops the run where one of these numbers is not finite.</summary>
    Launch Guard(PlanBuffer[] scalars);

    /// <summary>The estimated time of laying out so many bytes in another order, in seconds.</summary>
    double CopySeconds(long bytes);
}

/// <summary>One way to run a node: what it wants of its operands, what it costs, and how it is put into a plan.</summary>
/// <param name="Name">Of the kernel, as it stands in error messages and tests.</param>
/// <param name="Lower">Adds the launches; it asks for operands with <see cref="Choose.Dense"/> and for results with <see cref="Choose.Output"/>.</param>
internal sealed record Candidate(string Name, Action<Choose> Lower)
{
    /// <summary>The order in which inputs of four axes are read; the others are read row-major or through their steps.</summary>
    public AxisOrder Images { get; init; } = AxisOrder.RowMajor;

    /// <summary>The estimated time on one core, in seconds; to be compared with other candidates of the same node.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether an <see cref="EpilogueFusion"/> of the node may run in its write-back.</summary>
    public bool TakesEpilogue { get; init; }

    /// <summary>Whether a <see cref="PrologueFusion"/> may run where it reads its first input.</summary>
    public bool TakesPrologue { get; init; }

    /// <summary>Whether it trades digits for speed, as Winograd convolution does: a device may be asked not to.</summary>
    public bool IsApproximate { get; init; }
}
