namespace Descent;

/// <summary>
/// Measures of a network as tensors: built beside the loss and named in <c>also:</c> of a step, they cost no second forward pass.
/// </summary>
public static class Metrics
{
    /// <summary>The part of rows whose largest logit is the label's, in [0, 1].</summary>
    /// <remarks>Shapes: logits (N, K), labels (N) → scalar f32.</remarks>
    /// <exception cref="ShapeException">The labels are not one per row.</exception>
    public static Tensor Accuracy(Tensor logits, Tensor labels) => IsCorrect(logits, labels).To(DType.F32).Mean();

    /// <summary>The number of rows whose largest logit is the label's.</summary>
    /// <remarks>Shapes: logits (N, K), labels (N) → scalar i64.</remarks>
    /// <exception cref="ShapeException">The labels are not one per row.</exception>
    public static Tensor CorrectCount(Tensor logits, Tensor labels) => IsCorrect(logits, labels).Sum();

    private static Tensor IsCorrect(Tensor logits, Tensor labels) => logits.Rank == 2 && labels.Shape == new Shape(logits.Shape[0])
        ? logits.ArgMax(axis: 1).EqualTo(labels)
        : throw new ShapeException($"accuracy: logits (N, K) need labels (N), but they are {logits.Type} and {labels.Type}.");
}
