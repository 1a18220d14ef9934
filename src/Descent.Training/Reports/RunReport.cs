using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Descent;

/// <summary>What <c>report.html</c> shows of a run, gathered from its folder, its network and its test set.</summary>
/// <remarks>Its size is bounded: pictures are shrunk, and long lists of them cut; what there is no data for is left out.</remarks>
public sealed class RunReport
{
    /// <summary>A matrix of more classes is no picture any more.</summary>
    private const int MostClassesOfMatrix = 100;

    private readonly IReadOnlyList<ReportSection> _sections;

    private RunReport(IEnumerable<ReportSection?> sections) => _sections = [.. sections.OfType<ReportSection>()];

    /// <summary>The names of the sections that there is data for.</summary>
    public IReadOnlyList<string> Sections => [.. _sections.Select(section => section.Name)];

    /// <summary>The report of a run.</summary>
    /// <param name="run">Its record and its metrics.</param>
    /// <param name="classifier">Its network, in evaluation mode; null where there is none.</param>
    /// <param name="evaluation">Of the network on the test set; null where that is not there.</param>
    /// <param name="test">The test set, whose images are shown; null where it is not there.</param>
    public static RunReport Of(RunFolder run, Classifier? classifier = null, EvaluationReport? evaluation = null, IDataset? test = null) =>
        Of(run, run.ReadMetrics(), classifier, evaluation, test);

    private static RunReport Of(
        RunFolder run, IReadOnlyList<JsonElement> metrics, Classifier? classifier, EvaluationReport? evaluation, IDataset? test) => new(
    [
        new RunSection(run, evaluation),
        WarningsSection.Of(metrics),
        CurvesSection.Of(metrics),
        evaluation?.Confusion is { Classes: <= MostClassesOfMatrix } confusion ? new ConfusionSection(evaluation.ClassNames, confusion) : null,
        evaluation?.Classes.Count > 0 ? new ClassesSection(evaluation.ClassNames, evaluation.Classes) : null,
        evaluation is not null && test is not null ? GallerySection.Of(evaluation, test) : null,
        classifier is null ? null : WeightsSection.Of(classifier),
        ActivationsSection.Of(metrics),
        classifier is null or { Architecture.IsFitted: true } ? null : new ModelSection(classifier),
    ]);

    /// <summary>The data of the page: JSON in which no text can end the element that it stands in, whatever the names are.</summary>
    internal string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();

        // This encoder writes <, > and & as \u003C and the like, letters of all scripts as they are.
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) }))
        {
            json.WriteStartObject();
            foreach (ReportSection section in _sections)
            {
                json.WritePropertyName(section.Name);
                section.Write(json);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
