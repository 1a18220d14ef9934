using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent sample</c>: a trained model of characters writes.</summary>
internal static class SampleVerb
{
    private const int DefaultLength = 500;
    private const double DefaultTemperature = 0.8;

    private static readonly Option<string?> s_begin = Arguments.Option<string?>(
        "--begin", "TEXT", "What the network reads first, and the text then begins with; a character that is drawn by default.", text => text);

    private static readonly Option<int?> s_length = Arguments.Option<int?>(
        "--length", "N", $"Characters to write; {DefaultLength} by default.", text => Arguments.Whole(text, "--length", 1, 1_000_000));

    private static readonly Option<double?> s_temperature = Arguments.Option<double?>(
        "--temperature", "T", "Below 1 likely characters become likelier, above 1 the draw more even; 0.8 by default.",
        text => Arguments.Positive(text, "--temperature"));

    private static readonly Option<ulong?> s_seed = Arguments.Option<ulong?>(
        "--seed", "N", "Equal seeds write equal texts; 1 by default.", text => Arguments.Seed(text));

    private static readonly Option<string?> s_run = Arguments.Run();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("sample", "Write a text with a trained model of characters.")
        {
            s_begin, s_length, s_temperature, s_seed, s_run, s_threads, s_json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        RunSource run = RunSource.Find(parsed.GetValue(s_run));
        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        Classifier classifier = Classifier.Load(run.ModelPath, device);
        string begin = parsed.GetValue(s_begin) ?? "", text;
        try
        {
            text = begin + new TextSampler(classifier).Continue(
                begin,
                parsed.GetValue(s_length) ?? DefaultLength,
                parsed.GetValue(s_temperature) ?? DefaultTemperature,
                new Rng(parsed.GetValue(s_seed) ?? 1, device));
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }

        Console.Out.WriteLine(parsed.GetValue(s_json)
            ? Json.Line(json =>
            {
                json.WriteString("text", text);
                json.WriteString("run", run.Name);
            })
            : text);
        return ExitCode.Success;
    }
}
