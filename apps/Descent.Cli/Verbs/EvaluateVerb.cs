using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent evaluate</c>: the accuracy of a trained network on test data.</summary>
internal static class EvaluateVerb
{
    private static readonly Option<string[]?> s_run = Arguments.Runs();
    private static readonly Option<DataSource?> s_data = Arguments.Data("The data whose test images are used; the run's own by default.");
    private static readonly Option<string?> s_dataDirectory = Arguments.DataDirectory();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("evaluate", "Measure a trained network on test images.")
        {
            s_run, s_data, s_dataDirectory, s_threads, s_json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        RunSource[] runs = RunSource.FindAll(parsed.GetValue(s_run));
        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        Classifier classifier = RunSource.Load(runs, device);
        IDataset test = runs[0].LoadTest(parsed.GetValue(s_data), parsed.GetValue(s_dataDirectory), device);
        Evaluation result = Evaluation.Of(classifier.Model, Adapted(classifier, test));
        Console.Out.WriteLine(parsed.GetValue(s_json)
            ? Json.Line(json =>
            {
                json.WriteFinite("test_accuracy", result.Accuracy);
                json.WriteFinite("test_loss", result.Loss);
                if (result.MeanIntersectionOverUnion is { } overlap)
                {
                    json.WriteFinite("test_mean_iou", overlap);
                }

                json.WriteNumber("images", result.Count);
                json.WriteNumber("correct", result.Correct);
                json.WriteString("weights_sha256", WeightsHash.Of(classifier.Model));
                json.WriteString("run", string.Join(',', runs.Select(run => run.Name)));
            })
            : $"test accuracy {Text.Measures(result)} on {Text.Count(result.Count)} {Text.Examples(classifier.Architecture.Task)}, "
                + $"loss {Text.Loss(result.Loss)}");
        return ExitCode.Success;
    }

    private static IDataset Adapted(Classifier classifier, IDataset test)
    {
        try
        {
            return classifier.Adapt(test);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
