namespace Descent;

/// <summary>A compiled forward pass with loss and count, kept so that evaluating after each epoch compiles once.</summary>
internal sealed class EvaluationStep
{
    private readonly Layer _model;
    private readonly Device _device;
    private readonly Compiled _step;

    public EvaluationStep(Layer model)
    {
        _model = model;
        _device = model.Parameters()[0].Read().Device;
        _step = _device.Compile(Measure);
    }

    public Evaluation Run(IDataset data, int batchSize, CancellationToken cancellation)
    {
        if (_model.IsTraining)
        {
            throw new InvalidOperationException("Evaluation: the network is in training mode; call model.Eval() first.");
        }

        if (data.Count == 0)
        {
            throw new ArgumentException("Evaluation: the data set is empty.", nameof(data));
        }

        double loss = 0, correct = 0;
        foreach ((Tensor images, Tensor labels) in data.InOrder(batchSize, _device))
        {
            cancellation.ThrowIfCancellationRequested();
            float[] sums = _step.Run(images, labels).ToArray<float>();
            loss += sums[0];
            correct += sums[1];
        }

        return new(data.Count, (int)correct, loss / data.Count);
    }

    /// <summary>The sum of the losses and the number of right answers, of one batch.</summary>
    private Tensor Measure(Tensor images, Tensor labels)
    {
        Tensor logits = _model.Forward(images);
        Tensor loss = Loss.CrossEntropy(logits, labels, reduction: LossReduction.Sum);
        return Tensor.Stack(0, loss, Metrics.CorrectCount(logits, labels).To(DType.F32));
    }
}
