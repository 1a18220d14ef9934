namespace Descent;

/// <summary>How a network does on a data set.</summary>
/// <param name="Count">Images.</param>
/// <param name="Correct">Images whose largest logit is the label's.</param>
/// <param name="Loss">Mean cross-entropy.</param>
public sealed record Evaluation(int Count, int Correct, double Loss)
{
    /// <summary>The part of the images that is right, in [0, 1].</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>Runs the network over all images.</summary>
    /// <exception cref="InvalidOperationException">The network is in training mode, where dropout and batch statistics would falsify the
    /// result.</exception>
    /// <exception cref="ArgumentException">The data set is empty.</exception>
    public static Evaluation Of(Layer model, IDataset data, int batchSize = 250) =>
        new EvaluationStep(model).Run(data, batchSize, CancellationToken.None);
}

/// <summary>Evaluation as a shortcut on the network itself.</summary>
public static class EvaluationExtensions
{
    /// <summary>The part of the images that the network classifies rightly, in [0, 1]: <c>model.Eval().Accuracy(test)</c>.</summary>
    /// <inheritdoc cref="Evaluation.Of" path="/exception"/>
    public static double Accuracy(this Layer model, IDataset data, int batchSize = 250) => Evaluation.Of(model, data, batchSize).Accuracy;
}
