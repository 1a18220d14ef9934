using System.Globalization;

namespace Descent.Cli;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Text
{
    public static string Percent(double part) => (part * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>What a data set for the task consists of.</summary>
    public static string Examples(LearningTask task) => task switch
    {
        LearningTask.NextCharacter => "windows of text",
        LearningTask.TextClassification => "texts",
        _ => "images",
    };

    /// <summary>The accuracy, and what else was measured, in one phrase.</summary>
    public static string Measures(Evaluation evaluation) => (evaluation.R2 is null ? "accuracy " : "R² ") + Score(evaluation);

    /// <inheritdoc cref="Measures"/>
    public static string Score(Evaluation evaluation) =>
        evaluation.R2 is { } r2 ? Loss(r2) : Accuracy(evaluation.Accuracy, evaluation.MeanIntersectionOverUnion);

    /// <summary>The accuracy, and that of pixels by their overlap too.</summary>
    public static string Accuracy(double accuracy, double? meanIntersectionOverUnion) =>
        Percent(accuracy) + (meanIntersectionOverUnion is { } overlap ? $", mean IoU {Percent(overlap)}" : "");

    public static string Loss(double loss) => loss.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Hours, minutes and seconds, the leading ones only where they are needed: <c>1:02:03</c>, <c>0:07</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
