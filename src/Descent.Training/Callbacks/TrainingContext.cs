namespace Descent;

/// <summary>The training that a <see cref="TrainerCallback"/> is told of.</summary>
public sealed class TrainingContext
{
    internal TrainingContext(
        Layer model,
        Optimizer optimizer,
        IDataset trainingSet,
        IDataset? validationSet,
        long steps,
        int epochs,
        Func<Tensor, Tensor, Tensor> objective)
    {
        (Model, Optimizer, TrainingSet, ValidationSet, Steps, Epochs) = (model, optimizer, trainingSet, validationSet, steps, epochs);
        Objective = objective;
    }

    /// <summary>The network.</summary>
    public Layer Model { get; }

    /// <summary>What changes its parameters.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>What is trained on.</summary>
    public IDataset TrainingSet { get; }

    /// <summary>What is held out; null where nothing is.</summary>
    public IDataset? ValidationSet { get; }

    /// <summary>Steps of all epochs.</summary>
    public long Steps { get; }

    /// <summary>Epochs of the whole training.</summary>
    public int Epochs { get; }

    /// <summary>The loss of a batch of inputs and targets, as a step makes it small.</summary>
    internal Func<Tensor, Tensor, Tensor> Objective { get; }

    /// <summary>Why the training is to end; null while it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Asks the training to end behind the present step or epoch, as if it were done.</summary>
    /// <param name="reason">A sentence that is shown; the first one counts.</param>
    public void Stop(string reason) => StopReason ??= reason;
}
