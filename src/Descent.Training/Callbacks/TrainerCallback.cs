namespace Descent;

/// <summary>
/// Something that is told how a training goes, on the training thread, and may ask it to stop. One that remembers anything from step to step is an
/// <see cref="IResumable"/> too, so that checkpoints hold it.
/// </summary>
/// <remarks>Steps follow each other in microseconds to seconds: what is done at each one is to be quick.</remarks>
public abstract class TrainerCallback
{
    /// <summary>Before a checkpoint is read, if there is one: the time to make the cells that it is read into.</summary>
    public virtual void OnPreparing(TrainingContext training)
    {
    }

    /// <summary>Before the first step, or before the first one behind a checkpoint.</summary>
    public virtual void OnTrainingBegins(TrainingContext training)
    {
    }

    /// <summary>A step is done.</summary>
    public virtual void OnStepDone(TrainingContext training, in TrainingProgress progress)
    {
    }

    /// <summary>The network was measured on the validation set, behind an epoch; it is in evaluation mode.</summary>
    public virtual void OnEvaluationDone(TrainingContext training, Evaluation evaluation)
    {
    }

    /// <summary>An epoch is over, its validation included.</summary>
    public virtual void OnEpochDone(TrainingContext training, EpochResult result)
    {
    }

    /// <summary>The training is over: done, stopped or cancelled; not told where it ends with an error.</summary>
    public virtual void OnTrainingEnds(TrainingContext training, TrainingResult result)
    {
    }
}
