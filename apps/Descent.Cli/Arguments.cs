using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Descent.Cli;

/// <summary>The options that several verbs share, and how their texts are read.</summary>
internal static class Arguments
{
    /// <summary>An option whose text a function reads; what the function refuses is shown as it says.</summary>
    public static Option<T> Option<T>(string name, string value, string description, Func<string, T> read) => new(name)
    {
        HelpName = value,
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Read(result, read),
    };

    public static Option<DataSource?> Data(string description) =>
        Option<DataSource?>("--data", "KIND[:PATH]", description, DataSource.Parse);

    public static Option<string?> Run() => Option<string?>(
        "--run", "RUN", "A run's folder or a .safetensors file; the latest run under runs/ by default.", text => text);

    public static Option<string[]?> Runs() => new("--run")
    {
        HelpName = "RUN",
        Description = "A run's folder or a .safetensors file; the latest run under runs/ by default. Of several, the networks vote by their probabilities.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<int?> Threads() => Option<int?>(
        "--threads", "N", "Threads that compute; all cores by default. Results do not depend on it.",
        text => Whole(text, "--threads", 1, 256));

    public static Option<bool?> TestFlip() => new("--test-flip")
    {
        Description = "Average what the network says of each image and of its mirror image; 'true' or 'false', as the network was trained by default.",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object per line on standard output." };

    public static int Whole(string text, string name, int low, int high) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= low && value <= high
            ? value
            : throw new ArgumentException($"{name} takes a whole number from {low} to {high}, not '{text}'.");

    public static double Positive(string text, string name) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"{name} takes a number above 0, not '{text}'.");

    public static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
        ? value
        : throw new ArgumentException($"--seed takes a whole number from 0 to {ulong.MaxValue}, not '{text}'.");

    private static T Read<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return read(result.Tokens[0].Value);
        }
        catch (ArgumentException e)
        {
            result.AddError(e.Message);
            return default!;
        }
    }
}
