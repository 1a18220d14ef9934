namespace Descent;

/// <summary>What there is to learn from a data set, by the form of its inputs and labels: a network is made for one of these.</summary>
public enum LearningTask
{
    /// <summary>One class for each image.</summary>
    ImageClassification,

    /// <summary>One class for each pixel of an image.</summary>
    Segmentation,

    /// <summary>One class for each text.</summary>
    TextClassification,

    /// <summary>For each character of a text the one that follows.</summary>
    NextCharacter,
}
