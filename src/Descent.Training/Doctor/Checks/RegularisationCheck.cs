namespace Descent;

/// <summary>Whether the loss rises when large weights are punished: if not, the weights are all 0 or not finite.</summary>
public sealed class RegularisationCheck() : DoctorCheck("regularisation", "by how much the loss rises with a penalty of ½·10⁻³·‖w‖²", isQuick: true)
{
    private const double Strength = 1e-3;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        double loss = subject.Statistics.Loss;
        double penalty = 0.5 * Strength * subject.Statistics.Parameters.Where(p => p.Shape.Rank > 1).Sum(p => p.Norm * p.Norm);
        string says = $"With a penalty of {Short(penalty)} the loss rises from {Short(loss)} to {Short(loss + penalty)}.";
        bool isLinear = subject.First.Model is LinearModel;
        return double.IsFinite(penalty) && (penalty > 0 || isLinear)
            ? Ok(penalty, penalty > 0 ? says : "The weights begin at 0, as they may in a model whose objective is convex.")
            : Fail(penalty, says, "All weights are 0 or not finite: equal units stay equal. Draw them (Init.KaimingUniform).");
    }
}
