using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>The test images that the network takes for something else and is surest of, and those that it barely knows.</summary>
internal sealed record GallerySection(
    EvaluationReport Evaluation, IDataset Test, IReadOnlyList<int> Mistakes, IReadOnlyList<int> Hits) : ReportSection("gallery")
{
    private const int Most = 24;

    /// <summary>Null where inputs are no images or have more than one label.</summary>
    public static GallerySection? Of(EvaluationReport evaluation, IDataset test)
    {
        if (evaluation.Predictions.Count != test.Count || test.HoldsNumbers || !Thumbnail.CanShow(test.ImageShape))
        {
            return null;
        }

        int[] all = [.. Enumerable.Range(0, test.Count)];
        float[] scores = [.. all.Select(i => ScoreOf(evaluation, i))];
        return new(
            evaluation,
            test,
            [.. all.Where(i => !IsRight(evaluation, i)).OrderByDescending(i => scores[i]).Take(Most)],
            [.. all.Where(i => IsRight(evaluation, i)).OrderBy(i => scores[i]).Take(Most)]);
    }

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WritePictures("mistakes", Mistakes);
        WritePictures("hits", Hits);
        json.WriteEndObject();

        void WritePictures(string name, IReadOnlyList<int> indices)
        {
            byte[] planes = new byte[Test.ImageShape.Count];
            json.WriteStartArray(name);
            foreach (int index in indices)
            {
                Test.ReadImage(index, planes);
                json.WriteStartObject();
                Thumbnail.OfPlanes(planes, Test.ImageShape).WriteMembers(json);
                json.WriteString("name", string.Create(CultureInfo.InvariantCulture, $"test image {index}"));
                json.WriteString("label", Evaluation.ClassNames[Evaluation.Labels[index]]);
                json.WriteString("predicted", Evaluation.ClassNames[Evaluation.Predictions[index]]);

                // A network with an objective of its own gives scores, which are no probabilities.
                if (Evaluation.Calibration is not null)
                {
                    json.WriteFinite("probability", Math.Round(ScoreOf(Evaluation, index), 5));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static bool IsRight(EvaluationReport evaluation, int index) => evaluation.Predictions[index] == evaluation.Labels[index];

    /// <summary>Of the class that the network says.</summary>
    private static float ScoreOf(EvaluationReport evaluation, int index) =>
        evaluation.ScoresOfSamples.Span[(index * evaluation.ClassNames.Count) + evaluation.Predictions[index]];
}
