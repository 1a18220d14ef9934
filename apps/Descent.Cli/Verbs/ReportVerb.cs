using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent report</c>: writes the page that shows a run.</summary>
internal static class ReportVerb
{
    private static readonly Option<string?> s_run = Arguments.Option<string?>(
        "--run", "RUN", "A run's folder; the latest run under runs/ by default.", text => text);

    private static readonly Option<string?> s_out = Arguments.Option<string?>(
        "--out", "FILE", "Where the page is written; report.html in the run's folder by default.", text => text);

    private static readonly Option<DataSource?> s_data = Arguments.Data("The data whose test images are shown; the run's own by default.");
    private static readonly DataPlace s_place = new();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("report", "Write a page that shows a run: curves, mistakes, filters, layers, how to repeat it.")
        {
            s_run, s_out, s_data, s_threads, s_json,
        };
        s_place.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (ReportFile.Missing is { } reason)
        {
            throw new IOException($"No report: {reason}");
        }

        RunFolder run = Find(parsed.GetValue(s_run));
        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        Classifier? classifier = File.Exists(run.ModelPath) ? Classifier.Load(run.ModelPath, device) : null;
        IDataset? test = classifier is null
            ? null
            : TestOf(classifier, run, parsed.GetValue(s_data), s_place.Read(parsed), device);
        EvaluationReport? evaluation = test is null ? null : EvaluationReport.Of(classifier!.Model, test, testFlip: classifier.TestFlip);
        string path = parsed.GetValue(s_out) ?? run.ReportPath;
        RunReport report = RunReport.Of(run, classifier, evaluation, test);
        ReportFile.Write(report, path);
        Console.Out.WriteLine(parsed.GetValue(s_json)
            ? Json.Line(json =>
            {
                json.WriteString("report", path);
                json.WriteNumber("bytes", new FileInfo(path).Length);
                json.WriteString("run", run.FullPath);
                json.WriteStartArray("sections");
                foreach (string section in report.Sections)
                {
                    json.WriteStringValue(section);
                }

                json.WriteEndArray();
            })
            : $"report {path}");
        return ExitCode.Success;
    }

    private static RunFolder Find(string? path)
    {
        if (path is not null)
        {
            return File.Exists(path)
                ? throw new UsageException($"--run takes a run's folder, and {path} is a file: a network alone does not say how it was trained.")
                : RunFolder.Open(path);
        }

        RunFolder latest = RunFolder.Latest("runs")
            ?? throw new IOException("There is no run under runs/; train one with 'descent train', or name one with --run.");
        Console.Error.WriteLine($"run {latest.FullPath}");
        return latest;
    }

    /// <summary>The test set as the network sees it; null, and said aloud, where its data is no longer there.</summary>
    private static IDataset? TestOf(Classifier classifier, RunFolder run, DataSource? data, DataOptions place, Device device)
    {
        try
        {
            return classifier.Adapt(TrainingData.LoadTest(classifier, data ?? run.Record.Data, place, run.Record, device));
        }
        catch (Exception e) when (data is null && e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Without what the test set would show: {e.Message}");
            return null;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
