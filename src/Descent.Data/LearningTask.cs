namespace Descent;

/// <summary>What there is to learn from a data set, by the form of its inputs and targets.</summary>
/// <remarks>
/// A network that is made for <see cref="Classification"/> serves <see cref="BinaryClassification"/>, <see cref="MultiLabel"/> and
/// <see cref="Regression"/> too: they differ in the number of its outputs (<see cref="Datasets.OutputCount"/>) and in the loss.
/// </remarks>
public enum LearningTask
{
    /// <summary>One class for each image or row: labels (N) in i32.</summary>
    Classification,

    /// <summary>One class for each pixel of an image: labels (N, H, W) in i32.</summary>
    Segmentation,

    /// <summary>One class for each text: labels (N) in i32.</summary>
    TextClassification,

    /// <summary>For each character of a text the one that follows: labels (N, T) in i32.</summary>
    NextCharacter,

    /// <summary>Yes or no for each image or row: targets (N, 1) in f32, 1 for the second of two classes. One output, a logit.</summary>
    BinaryClassification,

    /// <summary>Any number of classes for each image or row: targets (N, K) in f32, 1 for each class that it has. K outputs, logits.</summary>
    MultiLabel,

    /// <summary>Numbers for each image or row: targets (N, D) in f32, of any unit. D outputs.</summary>
    Regression,
}
