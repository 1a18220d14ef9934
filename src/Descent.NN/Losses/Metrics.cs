namespace Descent;

/// <summary>
/// Measures of a network as tensors: built beside the loss and named in <c>also:</c> of a step, they cost no second forward pass.
/// </summary>
public static class Metrics
{
    /// <summary>The part of rows whose largest logit is the label's, in [0, 1].</summary>
    /// <remarks>Shapes: logits (N, K, …), labels (N, …) → scalar f32.</remarks>
    /// <exception cref="ShapeException">The labels are not one per row.</exception>
    public static Tensor Accuracy(Tensor logits, Tensor labels) => IsCorrect(logits, labels).To(DType.F32).Mean();

    /// <summary>The number of rows whose largest logit is the label's.</summary>
    /// <remarks>Shapes: logits (N, K, …), labels (N, …) → scalar i64.</remarks>
    /// <exception cref="ShapeException">The labels are not one per row.</exception>
    public static Tensor CorrectCount(Tensor logits, Tensor labels) => IsCorrect(logits, labels).Sum();

    /// <summary>How many rows of each class were taken for each class: row k, column j counts labels k whose largest logit is j.</summary>
    /// <remarks>
    /// Shapes: logits (N, K, …), labels (N, …), in [0, K) → (K, K) i64. On its diagonal stands what is right; the intersection over union of
    /// class k is its element there by the sum of row and column k without it.
    /// </remarks>
    /// <exception cref="ShapeException">The labels are not one per row.</exception>
    public static Tensor ConfusionMatrix(Tensor logits, Tensor labels)
    {
        Tensor found = Found(logits, labels, "confusion matrix");
        int classes = logits.Shape[1], rows = checked((int)labels.Shape.Count);
        Tensor cell = ((labels.To(DType.I64) * classes) + found.To(DType.I64)).Reshape(rows);
        Tensor none = Tensor.Zeros(new(classes * classes), DType.I64, logits.Device);
        return none.ScatterAdd(cell, Tensor.Ones(new(rows), DType.I64, logits.Device)).Reshape(classes, classes);
    }

    private static Tensor IsCorrect(Tensor logits, Tensor labels) => Found(logits, labels, "accuracy").EqualTo(labels);

    /// <summary>The class of the largest logit of each row.</summary>
    private static Tensor Found(Tensor logits, Tensor labels, string metric) =>
        logits.Rank >= 2 && labels.Shape == new Shape([logits.Shape[0], .. logits.Shape.Sizes[2..]])
            ? logits.ArgMax(axis: 1)
            : throw new ShapeException($"{metric}: logits (N, K, …) need labels (N, …), but they are {logits.Type} and {labels.Type}.");
}
