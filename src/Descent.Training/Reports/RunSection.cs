using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>What was trained on what, what came of it, and how to repeat it.</summary>
internal sealed record RunSection(RunFolder Run, EvaluationReport? Evaluation) : ReportSection("run")
{
    public override void Write(Utf8JsonWriter json)
    {
        RunRecord record = Run.Record;
        SettingValues settings = record.Settings;
        Architecture architecture = settings.Get(TrainingSettings.Model);
        json.WriteStartObject();
        json.WriteString("name", Run.FullPath);
        json.WriteString("status", record.Status);
        if (record.Error is not null)
        {
            json.WriteString("error", record.Error);
        }

        json.WriteString("model", architecture.ToString());
        json.WriteString("data", record.Data.ToString());
        json.WriteString("started", record.Started.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("version", record.Version);
        json.WriteString("examples", architecture.Task switch
        {
            LearningTask.NextCharacter => "windows",
            LearningTask.TextClassification => "texts",
            _ => "images",
        });
        if (record.Outcome is { } outcome)
        {
            WriteResult(json, outcome);
        }

        json.WriteStartObject("settings");
        settings.WriteMembers(json, TrainingPlan.UsedBy(architecture));
        json.WriteEndObject();
        json.WriteString("repeat", $"descent train --config {Quoted(Path.Combine(Run.FullPath, "run.json"))}");
        json.WriteString("command", CommandOf(settings));
        json.WriteEndObject();
    }

    private void WriteResult(Utf8JsonWriter json, RunOutcome outcome)
    {
        json.WriteStartObject("result");
        json.WriteStartArray("measures");
        Measure("test accuracy", "part", outcome.TestAccuracy);
        Measure("R²", "number", outcome.TestR2);
        Measure("mean IoU", "part", outcome.TestMeanIntersectionOverUnion);
        Measure("top-5 accuracy", "part", Evaluation?.TopFiveAccuracy);
        Measure("test loss", "number", outcome.TestLoss);
        Measure("mean F1", "part", Evaluation?.Classes.Count > 0 ? Evaluation.Macro.F1 : null);
        Measure("mean ROC area", "number", Evaluation?.MacroArea);
        Measure("calibration error", "part", Evaluation?.Calibration?.ExpectedError);
        json.WriteEndArray();
        if (Evaluation is not null)
        {
            json.WriteNumber("test_count", Evaluation.Count);
        }

        outcome.WriteMembers(json);
        json.WriteEndObject();

        void Measure(string name, string unit, double? value)
        {
            if (value is { } number && double.IsFinite(number))
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("unit", unit);
                json.WriteNumber("value", number);
                json.WriteEndObject();
            }
        }
    }

    /// <summary>The command line that says what differs from the defaults.</summary>
    private static string CommandOf(SettingValues settings)
    {
        IEnumerable<string> options = TrainingSettings.Schema.All
            .Where(setting => setting.IsRecorded && settings.IsGiven(setting))
            .Select(setting => (setting, Text: settings.TextOf(setting)))
            .Where(pair => pair.Text is not null && pair.Text != SettingValues.None.TextOf(pair.setting))
            .Select(pair => pair.setting.Form == SettingForm.Flag ? $"--{pair.setting.Name}" : $"--{pair.setting.Name} {Quoted(pair.Text!)}");
        return string.Join(' ', options.Prepend("descent train"));
    }

    /// <summary>As a POSIX shell takes it.</summary>
    private static string Quoted(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+%@".Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''")}'";
}
