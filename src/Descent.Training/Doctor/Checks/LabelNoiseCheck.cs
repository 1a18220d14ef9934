namespace Descent;

/// <summary>Whether samples that look alike have the same label oftener than chance: shuffled labels do not.</summary>
/// <remarks>
/// The label of each of some samples is compared with that of its nearest neighbour among others. With nothing to learn agreement is
/// <c>Σ pₖ²</c>; three standard errors above it is more than chance. Cover and Hart, 1967.
/// </remarks>
public sealed class LabelNoiseCheck() : DoctorCheck("label-agreement", "how often nearest neighbours have one label, less chance, in standard errors", isQuick: false)
{
    private const int Known = 2000, Queries = 500;
    private const double Enough = 3;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        if (subject.Training is not { LabelType: DType.I32, LabelShape.Rank: 0, InputType: DType.F32 })
        {
            return null;
        }

        IDataset sample = subject.Sample(Known + Queries);
        int queries = Math.Min(Queries, sample.Count / 3);
        if (queries < 30)
        {
            return null;
        }

        // Samples may be sorted by class, so that queries are spread over them.
        int step = sample.Count / queries;
        IDataset asked = new Subset(sample, Enumerable.Range(0, sample.Count).Where(i => i % step == 0).Take(queries));
        IDataset known = new Subset(sample, Enumerable.Range(0, sample.Count).Where(i => i % step != 0 || i / step >= queries));
        (Tensor knownInputs, int[] knownLabels) = All(known);
        (Tensor askedInputs, int[] askedLabels) = All(asked);
        long[] found = new NearestNeighbors(knownInputs, Tensor.From(knownLabels, new(knownLabels.Length))).Predict(askedInputs).ToArray<long>();
        double agreement = (double)found.Zip(askedLabels).Count(pair => pair.First == pair.Second) / queries;
        double chance = askedLabels.Average(label => (double)knownLabels.Count(other => other == label) / knownLabels.Length);
        double errors = (agreement - chance) / Math.Max(Math.Sqrt(chance * (1 - chance) / queries), 1e-9);
        string says = $"Nearest neighbours have one label in {Percent(agreement)} of cases, where chance is {Percent(chance)}.";
        return errors >= Enough || chance > 0.95
            ? Ok(errors, says)
            : Warn(errors, says, "Look at some samples with their labels: labels may be shuffled, read from the wrong file or in another order.");
    }

    private static (Tensor Inputs, int[] Labels) All(IDataset data)
    {
        foreach ((Tensor inputs, Tensor labels) in data.InOrder(data.Count))
        {
            return (Tensor.From(inputs.ToArray<float>(), inputs.Shape), labels.ToArray<int>());
        }

        throw new ArgumentException("There is no sample.", nameof(data));
    }
}
