namespace Descent;

/// <summary>Tasks as messages name them.</summary>
internal static class LearningTaskWords
{
    public static string InWords(this LearningTask task) => task switch
    {
        LearningTask.Segmentation => "segmentation",
        LearningTask.TextClassification => "classes of texts",
        LearningTask.NextCharacter => "the characters of a text",
        LearningTask.BinaryClassification => "yes or no",
        LearningTask.MultiLabel => "any number of classes",
        LearningTask.Regression => "numbers",
        _ => "classes of images",
    };
}
