namespace Descent;

/// <summary>A compiled forward pass with loss and count, kept so that evaluating after each epoch compiles once.</summary>
internal sealed class EvaluationStep
{
    /// <summary>Labels of a batch at most, so that f32 counts them exactly.</summary>
    private const int MostLabels = 1 << 22;

    private readonly Layer _model;
    private readonly Device _device;
    private readonly Func<Tensor, Tensor, Tensor> _step;
    private LearningTask _task;

    public EvaluationStep(Layer model)
    {
        _model = model;
        _device = model.DeviceOf();
        // What searches on the host is no part of a compiled step.
        _step = model is NeighborClassifier ? Measure : _device.Compile(Measure).Run;
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

        _task = data.Task;
        int labelsPerImage = checked((int)data.LabelShape.Count), classes = data.ClassNames.Count;
        bool hasMasks = data.Task == LearningTask.Segmentation;
        double[] sums = new double[hasMasks ? 2 + (classes * classes) : 2];
        foreach ((Tensor images, Tensor labels) in data.InOrder(Math.Clamp(MostLabels / labelsPerImage, 1, batchSize), _device))
        {
            cancellation.ThrowIfCancellationRequested();
            float[] part = _step(images, labels).ToArray<float>();
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += part[i];
            }
        }

        return new(data.Count, (long)sums[1], sums[0] / data.Count / labelsPerImage)
        {
            LabelsPerImage = labelsPerImage,
            MeanIntersectionOverUnion = hasMasks ? MeanIntersectionOverUnion(sums.AsSpan(2), classes) : null,
        };
    }

    /// <summary>Of a confusion matrix, row by row.</summary>
    private static double MeanIntersectionOverUnion(ReadOnlySpan<double> confusion, int classes)
    {
        double sum = 0;
        int counted = 0;
        for (int k = 0; k < classes; k++)
        {
            double intersection = confusion[(k * classes) + k], union = -intersection;
            for (int other = 0; other < classes; other++)
            {
                union += confusion[(k * classes) + other] + confusion[(other * classes) + k];
            }

            sum += union > 0 ? intersection / union : 0;
            counted += union > 0 ? 1 : 0;
        }

        return sum / counted;
    }

    /// <summary>The sum of the losses and the number of right answers of one batch; where pixels have labels, its confusion matrix behind them.</summary>
    private Tensor Measure(Tensor images, Tensor labels)
    {
        Tensor logits = _model.Forward(images);
        if (labels.DType.IsFloat())
        {
            return MeasureNumbers(logits, labels);
        }

        Tensor loss = Loss.CrossEntropy(logits, labels, reduction: LossReduction.Sum);
        Tensor sums = Tensor.Stack(0, loss, Metrics.CorrectCount(logits, labels).To(DType.F32));
        return logits.Rank == 4 ? Tensor.Concat(0, sums, Metrics.ConfusionMatrix(logits, labels).To(DType.F32).Flatten(from: 0)) : sums;
    }

    /// <summary>The same where targets are yes and no, or numbers to be learned, of which none is right or wrong.</summary>
    private Tensor MeasureNumbers(Tensor outputs, Tensor targets)
    {
        Tensor loss = LossKind.Of(_task).Measure(outputs, targets, reduction: LossReduction.Sum);
        Tensor right = _task == LearningTask.Regression
            ? Tensor.Zeros(Shape.Scalar, device: _device)
            : (outputs >= 0).To(DType.F32).EqualTo(targets).To(DType.F32).Sum();
        return Tensor.Stack(0, loss, right);
    }
}
