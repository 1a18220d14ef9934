using System.Globalization;
using System.Text;

namespace Descent.Cli;

/// <summary>An evaluation as people read it: the figures, a line for each class, and what is confused most.</summary>
internal static class EvaluationTable
{
    /// <summary>Classes that are shown; of more the worst.</summary>
    private const int MostClasses = 40;

    private const int MostConfusions = 5;

    public static string Of(EvaluationReport report)
    {
        var text = new StringBuilder();
        (string Name, double? Value, bool IsPart)[] figures =
        [
            ("top-5 accuracy", report.TopFiveAccuracy, true),
            ("ROC AUC, mean of classes", report.MacroArea, false),
            ("log loss", report.LogLoss, false),
            ("calibration error", report.Calibration?.ExpectedError, true),
            ("mean average precision", report.SeveralLabels?.MeanAveragePrecision, false),
            ("all labels right", report.SeveralLabels?.SubsetAccuracy, true),
            ("R²", report.Regression?.R2, false),
            ("root mean squared error", report.Regression?.RootMeanSquaredError, false),
            ("mean absolute error", report.Regression?.MeanAbsoluteError, false),
        ];
        foreach ((string name, double? value, bool isPart) in figures)
        {
            if (value is { } number)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name,-26}{(isPart ? Text.Percent(number) : Number(number)),10}\n");
            }
        }

        AppendClasses(text, report);
        AppendConfusions(text, report);
        return text.ToString().TrimEnd();
    }

    private static void AppendClasses(StringBuilder text, EvaluationReport report)
    {
        if (report.Classes.Count == 0)
        {
            return;
        }

        int[] shown = [.. Enumerable.Range(0, report.Classes.Count)];
        bool isPart = shown.Length > MostClasses;
        shown = isPart ? [.. shown.OrderBy(k => report.Classes[k].F1).Take(MostClasses)] : shown;
        int width = Math.Max("weighted mean".Length, shown.Max(k => report.ClassNames[k].Length));
        bool hasPixels = report.Task == LearningTask.Segmentation, hasAreas = report.ClassAreas.Count > 0;
        text.Append(CultureInfo.InvariantCulture, $"\n{(isPart ? "the worst classes" : "class").PadRight(width)}  precision    recall        F1   support")
            .Append(hasPixels ? "       IoU" : "").Append(hasAreas ? "       AUC" : "").Append('\n');
        foreach (int k in shown)
        {
            Line(report.ClassNames[k], report.Classes[k]);
            text.Append(hasPixels ? $"{Text(report.Confusion!.IntersectionOverUnion(k)),10}" : "")
                .Append(hasAreas ? $"{Text(report.ClassAreas[k]),10}" : "").Append('\n');
        }

        Line("mean", report.Macro);
        text.Append('\n');
        Line("weighted mean", report.Weighted);
        text.Append('\n');

        void Line(string name, ClassScores scores) => text.Append(
            CultureInfo.InvariantCulture, $"{name.PadRight(width)}{scores.Precision,11:0.0000}{scores.Recall,10:0.0000}{scores.F1,10:0.0000}{scores.Support,10}");

        static string Text(double? value) => value is { } number ? Number(number) : "–";
    }

    private static void AppendConfusions(StringBuilder text, EvaluationReport report)
    {
        if (report.Confusion is not { } confusion)
        {
            return;
        }

        (int Label, int Found, long Count)[] worst = [.. Enumerable.Range(0, confusion.Classes)
            .SelectMany(label => Enumerable.Range(0, confusion.Classes).Select(found => (label, found, confusion[label, found])))
            .Where(cell => cell.label != cell.found && cell.Item3 > 0).OrderByDescending(cell => cell.Item3).Take(MostConfusions)];
        if (worst.Length > 0)
        {
            text.Append("\nconfused most: ").AppendJoin(", ", worst.Select(cell =>
                $"{report.ClassNames[cell.Label]} for {report.ClassNames[cell.Found]} ({Text.Count(cell.Count)})")).Append('\n');
        }
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
