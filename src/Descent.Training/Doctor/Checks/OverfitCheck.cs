namespace Descent;

/// <summary>Whether the network can learn a few samples by heart: one that cannot has a mistake in it.</summary>
public sealed class OverfitCheck() : DoctorCheck("overfit", "the loss of a few samples after learning them by heart, by what it was", isQuick: false)
{
    private const int Samples = 20, Steps = 300, Between = 25;
    private const double Learnt = 0.05, Hardly = 0.5;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        IDataset sample = subject.Sample(Samples);
        Trainer trainer = subject.Fresh();
        Layer model = trainer.Model;
        if (subject.Training.LabelType != DType.I32)
        {
            // Without classes a loss has no scale of its own but that of the start.
            return Learn(trainer, sample, cancellation);
        }

        Finding finding = Learn(trainer, sample, cancellation);
        return finding.Verdict != Verdict.Ok && Evaluation.Of(model.Eval(), sample, sample.Count).Accuracy == 1
            ? Ok(finding.Number, $"{sample.Count} samples were learned by heart in {Steps} steps.")
            : finding;
    }

    private Finding Learn(Trainer trainer, IDataset sample, CancellationToken cancellation)
    {
        Layer model = trainer.Model;
        Parameter[] parameters = [.. model.Parameters().Where(p => !p.IsFrozen)];
        var optimizer = new Adam(parameters, 3e-3);
        Device device = parameters[0].Read().Device;
        Compiled step = device.Compile((Tensor inputs, Tensor targets) => optimizer.Step(trainer.Objective(inputs, targets).Backward()));
        double first = double.NaN, last = double.NaN;
        for (int i = 0; i < Steps && !(last < Learnt * first * 0.5); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            model.Train();
            foreach ((Tensor inputs, Tensor targets) in sample.InOrder(sample.Count, device))
            {
                last = step.Run(inputs, targets).Item();
                first = i == 0 ? last : first;
            }
        }

        double ratio = last / first;
        string says = $"The loss of {sample.Count} samples went from {Short(first)} to {Short(last)}.";
        const string advice = "A network that cannot learn a few samples by heart has a fault: look for frozen layers, dead units, or labels that do not belong to the inputs.";
        return ratio < Learnt ? Ok(ratio, says) : ratio < Hardly ? Warn(ratio, says, advice) : Fail(ratio, says, advice);
    }
}
