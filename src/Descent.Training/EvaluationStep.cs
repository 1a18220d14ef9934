namespace Descent;

/// <summary>A compiled forward pass with its loss, kept so that evaluating after each epoch compiles once.</summary>
internal sealed class EvaluationStep
{
    /// <summary>Labels of a batch at most, so that f32 counts them exactly.</summary>
    private const int MostLabels = 1 << 22;

    private readonly Layer _model;
    private readonly Device _device;
    private readonly Func<Tensor, Tensor, Tensor> _step;
    private readonly bool _flips;
    private LearningTask _task;

    /// <param name="model">The network.</param>
    /// <param name="testFlip">Whether mirror images are asked about too (<see cref="TestFlip"/>).</param>
    public EvaluationStep(Layer model, bool testFlip = false)
    {
        (_model, _flips) = (model, testFlip);
        _device = model.DeviceOf();
        _step = model.IsCompilable ? _device.Compile(Measure).Run : Measure;
    }

    /// <summary>What every pass comes to.</summary>
    /// <inheritdoc cref="Outputs" path="/exception"/>
    public Evaluation Run(IDataset data, int batchSize, CancellationToken cancellation) =>
        Evaluation.From(Outputs(data, batchSize, cancellation), data.Task);

    /// <summary>What the network says of every sample, in one pass over the data.</summary>
    /// <exception cref="InvalidOperationException">The network is in training mode.</exception>
    /// <exception cref="ArgumentException">The data set is empty, or its mirror images make no sense.</exception>
    public EvaluationOutputs Outputs(IDataset data, int batchSize, CancellationToken cancellation)
    {
        if (_model.IsTraining)
        {
            throw new InvalidOperationException("Evaluation: the network is in training mode; call model.Eval() first.");
        }

        if (data.Count == 0)
        {
            throw new ArgumentException("Evaluation: the data set is empty.", nameof(data));
        }

        _task = data.Task;
        if (_flips)
        {
            TestFlip.MustSuit(_model, _task, data.InputShape());
        }

        int labelsPerSample = checked((int)data.LabelShape.Count), classes = data.ClassNames.Count, seen = 0;
        int outputs = data.OutputCount();
        bool isCounted = _task is LearningTask.Segmentation or LearningTask.NextCharacter, hasNumbers = data.LabelType == DType.F32;
        double lossSum = 0;
        long[] confusion = new long[classes * classes];
        float[] scores = isCounted ? [] : new float[data.Count * outputs], targets = hasNumbers ? new float[data.Count * outputs] : [];
        int[] labels = isCounted || hasNumbers ? [] : new int[data.Count];
        foreach ((Tensor inputs, Tensor truths) in data.InOrder(Math.Clamp(MostLabels / labelsPerSample, 1, batchSize), _device))
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> part = _step(inputs, truths).ToArray<float>();
            lossSum += part[0];
            if (isCounted)
            {
                for (int i = 0; i < confusion.Length; i++)
                {
                    confusion[i] += (long)part[1 + i];
                }
            }
            else
            {
                part[1..].CopyTo(scores.AsSpan(seen * outputs));
                if (hasNumbers)
                {
                    truths.ToArray<float>().CopyTo(targets, seen * outputs);
                }
                else
                {
                    truths.ToArray<int>().CopyTo(labels, seen);
                }
            }

            seen += inputs.Shape[0];
        }

        return new(data.Count, lossSum / data.Count / labelsPerSample, labelsPerSample, outputs, scores, labels)
        {
            Targets = targets,
            Confusion = isCounted ? new(confusion) : null,
        };
    }

    /// <summary>
    /// The sum of the losses of one batch, and behind it the outputs of every sample, or where samples have many classes a confusion matrix.
    /// </summary>
    private Tensor Measure(Tensor inputs, Tensor targets)
    {
        Tensor outputs = _flips ? TestFlip.Forward(_model, inputs) : _model.Forward(inputs);
        Tensor loss = _model is IObjective own && _task == LearningTask.Classification
            ? own.Objective(inputs, targets) * inputs.Shape[0]
            : LossKind.Of(_task).Measure(outputs, targets, reduction: LossReduction.Sum);
        Tensor kept = _task is LearningTask.Segmentation or LearningTask.NextCharacter
            ? Metrics.ConfusionMatrix(outputs, targets).To(DType.F32)
            : outputs;
        return Tensor.Concat(0, loss.Reshape(1), kept.Flatten(from: 0));
    }
}
