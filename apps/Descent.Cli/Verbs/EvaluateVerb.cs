using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent evaluate</c>: all that can be measured of a trained network on test data.</summary>
internal static class EvaluateVerb
{
    private static readonly Option<string[]?> s_run = Arguments.Runs();
    private static readonly Option<DataSource?> s_data = Arguments.Data("The data whose test images are used; the run's own by default.");
    private static readonly DataPlace s_place = new();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<bool?> s_testFlip = Arguments.TestFlip();
    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("evaluate", "Measure a trained network on test images.")
        {
            s_run, s_data, s_threads, s_testFlip, s_json,
        };
        s_place.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        RunSource[] runs = RunSource.FindAll(parsed.GetValue(s_run));
        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        Classifier classifier = RunSource.Load(runs, device, parsed.GetValue(s_testFlip));
        IDataset test = runs[0].LoadTest(classifier, parsed.GetValue(s_data), s_place.Read(parsed), device);
        EvaluationReport report = Measured(classifier, test);
        if (parsed.GetValue(s_json))
        {
            Console.Out.WriteLine(Json.Line(json =>
            {
                report.WriteMembers(json);
                json.WriteString("weights_sha256", WeightsHash.Of(classifier.Model));
                json.WriteString("run", string.Join(',', runs.Select(run => run.Name)));
            }));
            return ExitCode.Success;
        }

        string accuracy = report.Accuracy is { } part ? $"test accuracy {Text.Accuracy(part, report.MeanIntersectionOverUnion)} on " : "";
        Console.Out.WriteLine(
            $"{accuracy}{Text.Count(report.Count)} {Text.Examples(classifier.Architecture.Task)}, loss {Text.Loss(report.Loss)}");
        Console.Out.WriteLine(EvaluationTable.Of(report));
        return ExitCode.Success;
    }

    private static EvaluationReport Measured(Classifier classifier, IDataset test)
    {
        try
        {
            return EvaluationReport.Of(classifier.Model, classifier.Adapt(test), testFlip: classifier.TestFlip);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
