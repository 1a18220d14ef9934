using System.CommandLine;
using System.Globalization;

namespace Descent.Cli;

/// <summary><c>descent predict</c>: what a trained network says of image files, or of single test images.</summary>
internal static class PredictVerb
{
    private static readonly Argument<string[]> s_inputs = new("INPUT")
    {
        Description = "Image files, folders of them or patterns such as 'photos/*.jpg'; or positions in the test images, from 0: 7, or a range 0-9.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]?> s_run = Arguments.Runs();
    private static readonly Option<DataSource?> s_data = Arguments.Data("The data whose test images are used; the run's own by default.");
    private static readonly DataPlace s_place = new();
    private static readonly Option<int?> s_threads = Arguments.Threads();
    private static readonly Option<int?> s_similar = Arguments.Option<int?>(
        "--similar", "N", "Name as many further test images as the network sees alike, nearest first.",
        text => Arguments.Whole(text, "--similar", 1, 1000));

    private static readonly Option<int?> s_top = Arguments.Option<int?>(
        "--top", "N", "Classes to name, most probable first; 3 by default.", text => Arguments.Whole(text, "--top", 1, 1000));

    private static readonly Option<bool> s_csv = new("--csv") { Description = "Print one row per input on standard output, below a heading." };
    private static readonly Option<bool?> s_testFlip = Arguments.TestFlip();
    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("predict", "Classify image files, or single test images, with a trained network.")
        {
            s_inputs, s_run, s_data, s_threads, s_similar, s_top, s_testFlip, s_csv, s_json,
        };
        s_place.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] inputs = parsed.GetValue(s_inputs) ?? [];
        if (inputs.Length == 0)
        {
            throw new UsageException("INPUT is missing: image files, or positions in the test images, such as 7 or 0-9.");
        }

        bool json = parsed.GetValue(s_json), csv = parsed.GetValue(s_csv);
        if (json && csv)
        {
            throw new UsageException("--json and --csv exclude each other.");
        }

        RunSource[] runs = RunSource.FindAll(parsed.GetValue(s_run));
        Device device = Device.Cpu(parsed.GetValue(s_threads) ?? 0);
        Classifier classifier = RunSource.Load(runs, device, parsed.GetValue(s_testFlip));
        bool arePositions = Array.TrueForAll(inputs, IsPosition);
        IDataset Test() => runs[0].LoadTest(classifier, parsed.GetValue(s_data), s_place.Read(parsed), device);
        if (TargetPrediction.Suits(classifier.Task))
        {
            bool areClasses = classifier.Task == LearningTask.MultiLabel;
            if (!arePositions || (!areClasses && parsed.GetValue(s_top) is not null))
            {
                throw new UsageException(arePositions
                    ? "--top names classes, but the network gives numbers: leave it out."
                    : "The network gives numbers or several classes, and is asked by positions in the test set, such as 7 or 0-9.");
            }

            PrintTargets(classifier, Test(), inputs, new(classifier.ClassNames, areClasses, parsed.GetValue(s_top) ?? 3), parsed.GetValue(s_similar), json, csv);
            return ExitCode.Success;
        }

        var output = new PredictionOutput(classifier.ClassNames, parsed.GetValue(s_top) ?? 3);
        if (csv)
        {
            Console.Out.WriteLine(output.CsvHeader);
        }

        (IReadOnlyList<PredictedInput> predicted, Func<long, string> nameOfSimilar) = arePositions
            ? OfPositions(classifier, Test(), inputs, parsed.GetValue(s_similar))
            : (OfFiles(classifier, inputs, parsed.GetValue(s_similar)), at => $"{at}");
        foreach (PredictedInput input in predicted)
        {
            Console.Out.WriteLine(json ? output.JsonLine(input) : csv ? output.CsvRow(input) : output.Text(input, nameOfSimilar));
        }

        return ExitCode.Success;
    }

    /// <summary>A file that is there is meant, whatever its name.</summary>
    private static bool IsPosition(string input) => input.All(c => char.IsAsciiDigit(c) || c == '-') && !Path.Exists(input);

    private static (IReadOnlyList<PredictedInput>, Func<long, string>) OfPositions(
        Classifier classifier, IDataset test, string[] inputs, int? similarCount)
    {
        try
        {
            int[] indices = [.. inputs.SelectMany(input => Positions(input, test.Count))];
            IReadOnlyList<Prediction> predictions = Prediction.Of(classifier, test, indices);
            long[][]? similar = similarCount is { } count ? Similar(classifier, test, indices, Math.Min(count, test.Count - 1)) : null;
            return (
                [.. indices.Select((index, i) => new PredictedInput(
                    index.ToString(CultureInfo.InvariantCulture), index, predictions[i], classifier.ClassNames[predictions[i].Label], similar?[i]))],
                at => $"{at} ({classifier.ClassNames[test.Label((int)at)]})");
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void PrintTargets(Classifier classifier, IDataset test, string[] inputs, TargetOutput output, int? similarCount, bool json, bool csv)
    {
        int[] indices;
        IReadOnlyList<TargetPrediction> predictions;
        long[][]? similar;
        try
        {
            indices = [.. inputs.SelectMany(input => Positions(input, test.Count))];
            predictions = TargetPrediction.Of(classifier, test, indices);
            similar = similarCount is { } count ? Similar(classifier, test, indices, Math.Min(count, test.Count - 1)) : null;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }

        if (csv)
        {
            Console.Out.WriteLine(output.CsvHeader);
        }

        foreach ((int i, TargetPrediction prediction) in predictions.Index())
        {
            Console.Out.WriteLine(json ? output.JsonLine(indices[i], prediction, similar?[i])
                : csv ? output.CsvRow(indices[i], prediction)
                : output.Text(indices[i], prediction, similar?[i]));
        }
    }

    /// <summary>Files are scaled and cut as the network's images are, with its own preprocessing.</summary>
    private static PredictedInput[] OfFiles(Classifier classifier, string[] inputs, int? similar)
    {
        Shape shape = classifier.ImageShape;
        if (shape.Rank != 3 || shape[0] is not (1 or 3))
        {
            throw new UsageException($"The network takes {shape} and no image files; name positions in the test set, such as 7 or 0-9.");
        }

        if (similar is not null)
        {
            throw new UsageException("--similar searches the test images for those like one of them: INPUT is then a position such as 7.");
        }

        string[] paths = [.. inputs.SelectMany(ImageFiles.Find)];
        var images = ImageCollectionDataset.Load(
            new ImageFiles(paths, classifier.ClassNames),
            new() { Size = new(shape[1], shape[2]), Channels = shape[0], Fit = classifier.Fit, Preprocessing = classifier.Preprocessing });
        try
        {
            return [.. Prediction.Of(classifier, images).Select((prediction, i) => new PredictedInput(paths[i], null, prediction, null, null))];
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>For each image the others with the nearest features; an image is always nearest to itself, or to one that is equal.</summary>
    private static long[][] Similar(Classifier classifier, IDataset test, int[] indices, int count)
    {
        IDataset seen = classifier.Adapt(test);
        var index = new FeatureIndex(classifier.Model, seen);
        long[] neighbors = index.Find(new Subset(seen, indices), count + 1).Neighbors.ToArray<long>();
        return [.. indices.Select((own, i) => neighbors.AsSpan(i * (count + 1), count + 1).ToArray().Where(at => at != own).Take(count).ToArray())];
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
