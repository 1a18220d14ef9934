using System.CommandLine;
using System.Text.Json;

namespace Descent.Cli;

/// <summary><c>descent predict</c>: what a trained network says of single test images.</summary>
internal static class PredictVerb
{
    private static readonly Argument<string[]> s_inputs = new("INPUT")
    {
        Description = "Positions in the test images, from 0: 7, or a range 0-9.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]?> s_run = Arguments.Runs();
    private static readonly Option<DataSource?> s_data = Arguments.Data("The data whose test images are used; the run's own by default.");
    private static readonly Option<string?> s_dataDirectory = Arguments.DataDirectory();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<int?> s_similar = Arguments.Option<int?>(
        "--similar", "N", "Name as many further test images as the network sees alike, nearest first.",
        text => Arguments.Whole(text, "--similar", 1, 1000));

    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("predict", "Classify single test images with a trained network.")
        {
            s_inputs, s_run, s_data, s_dataDirectory, s_threads, s_similar, s_json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] inputs = parsed.GetValue(s_inputs) ?? [];
        if (inputs.Length == 0)
        {
            throw new UsageException("INPUT is missing: positions in the test images, such as 7 or 0-9.");
        }

        int[] indices;
        IReadOnlyList<Prediction> predictions;
        long[][]? similar = null;
        RunSource[] runs = RunSource.FindAll(parsed.GetValue(s_run));
        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        Classifier classifier = RunSource.Load(runs, device);
        IDataset test = runs[0].LoadTest(parsed.GetValue(s_data), parsed.GetValue(s_dataDirectory), device);
        try
        {
            indices = [.. inputs.SelectMany(input => Positions(input, test.Count))];
            predictions = Prediction.Of(classifier, test, indices);
            if (parsed.GetValue(s_similar) is { } count)
            {
                similar = Similar(classifier, test, indices, Math.Min(count, test.Count - 1));
            }
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }

        bool json = parsed.GetValue(s_json);
        for (int i = 0; i < indices.Length; i++)
        {
            Prediction prediction = predictions[i];
            string name = classifier.ClassNames[prediction.Class], label = classifier.ClassNames[prediction.Label];
            Console.Out.WriteLine(json
                ? Json.Line(members =>
                {
                    members.WriteNumber("index", indices[i]);
                    members.WriteString("class", name);
                    members.WriteFinite("probability", prediction.Probability);
                    members.WriteString("label", label);
                    WriteSimilar(members, similar?[i]);
                })
                : $"{indices[i]}: {name} ({Text.Percent(prediction.Probability)}), labelled {label}{(name == label ? "" : " ✗")}"
                    + (similar is null ? "" : $", like {string.Join(" ", similar[i].Select(at => $"{at} ({classifier.ClassNames[test.Label((int)at)]})"))}"));
        }

        return ExitCode.Success;
    }

    /// <summary>For each image the others with the nearest features; an image is always nearest to itself, or to one that is equal.</summary>
    private static long[][] Similar(Classifier classifier, IDataset test, int[] indices, int count)
    {
        IDataset seen = classifier.Adapt(test);
        var index = new FeatureIndex(classifier.Model, seen);
        long[] neighbors = index.Find(new Subset(seen, indices), count + 1).Neighbors.ToArray<long>();
        return [.. indices.Select((own, i) => neighbors.AsSpan(i * (count + 1), count + 1).ToArray().Where(at => at != own).Take(count).ToArray())];
    }

    private static void WriteSimilar(Utf8JsonWriter json, long[]? similar)
    {
        if (similar is null)
        {
            return;
        }

        json.WriteStartArray("similar");
        foreach (long at in similar)
        {
            json.WriteNumberValue(at);
        }

        json.WriteEndArray();
    }

    private static IEnumerable<int> Positions(string input, int count)
    {
        string[] ends = input.Split('-', 2);
        int first = Arguments.Whole(ends[0], "INPUT", 0, count - 1), last = Arguments.Whole(ends[^1], "INPUT", 0, count - 1);
        return first <= last
            ? Enumerable.Range(first, last - first + 1)
            : throw new ArgumentException($"INPUT takes a position or a rising range such as 0-9, not '{input}'.");
    }
}
