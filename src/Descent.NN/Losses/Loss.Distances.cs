namespace Descent;

public static partial class Loss
{
    /// <summary>The squared difference, <c>(prediction − target)²</c>, for each element.</summary>
    /// <remarks>Shapes: both the same; a broadcast here is nearly always a mistake, so it is refused.</remarks>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("mean-squared-error", prediction, target);
        return Reduce((prediction - target).Square(), reduction);
    }

    /// <summary>Half the squared length of the difference, <c>½·‖prediction − target‖²</c>, for each sample.</summary>
    /// <remarks>Shapes: both (N, …) → (N). Gradient: the difference itself. The mean is over the samples.</remarks>
    /// <exception cref="ShapeException">The shapes differ or have no axis of samples.</exception>
    public static Tensor Euclidean(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("euclidean", prediction, target);
        return Reduce(0.5 * SumOfSample("euclidean", (prediction - target).Square()), reduction);
    }

    /// <summary>The absolute difference, <c>|prediction − target|</c>, for each element.</summary>
    /// <remarks>Shapes: both the same. Gradient: the sign of the difference, 0 where there is none.</remarks>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor L1(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("l1", prediction, target);
        return Reduce((prediction - target).Abs(), reduction);
    }

    /// <summary>
    /// <c>½·d²</c> for a difference of |d| ≤ δ, else <c>δ·(|d| − ½·δ)</c>, for each element: squared near the target, absolute far from it.
    /// </summary>
    /// <remarks>
    /// Shapes: both the same. Gradient: d limited to ±δ. Written as <c>m·(|d| − ½·m)</c> with m = min(|d|, δ).
    /// Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics, 1964.
    /// </remarks>
    /// <param name="prediction">What the network says.</param>
    /// <param name="target">The truth.</param>
    /// <param name="delta">δ, above 0.</param>
    /// <param name="reduction">How the losses are combined.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, double delta = 1, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("huber", prediction, target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        Tensor distance = (prediction - target).Abs(), near = distance.Min(delta);
        return Reduce(near * (distance - (near * 0.5)), reduction);
    }

    /// <summary>One minus the overlap of two masks: <c>1 − (2·Σ p·t + s) / (Σ p + Σ t + s)</c> for each sample.</summary>
    /// <remarks>
    /// Shapes: probabilities and targets (N, …) → (N), sums over all other axes. It does not depend on how much of an image is background.
    /// Milletari, Navab and Ahmadi, "V-Net", 3DV 2016, without the squares of its denominator; Dice, Ecology, 1945.
    /// </remarks>
    /// <param name="probability">What the network says, in [0, 1].</param>
    /// <param name="target">The truth, in [0, 1].</param>
    /// <param name="smooth">s, at least 0; above 0 it defines the loss of two empty masks, as 0.</param>
    /// <param name="reduction">How the samples' losses are combined.</param>
    /// <exception cref="ShapeException">The shapes differ or have no axis of samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">s is negative.</exception>
    public static Tensor Dice(Tensor probability, Tensor target, double smooth = 1, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("dice", probability, target);
        ArgumentOutOfRangeException.ThrowIfNegative(smooth);
        Tensor overlap = SumOfSample("dice", probability * target), size = SumOfSample("dice", probability + target);
        return Reduce(1 - (((overlap * 2) + smooth) / (size + smooth)), reduction);
    }

    /// <summary>(N, …) → (N).</summary>
    private static Tensor SumOfSample(string loss, Tensor x) => x.Rank > 0
        ? x.Reshape(x.Shape[0], -1).Sum([1])
        : throw new ShapeException($"{loss}: predictions must be (N, …), one row for each sample, but they are {x.Type}.");
}
