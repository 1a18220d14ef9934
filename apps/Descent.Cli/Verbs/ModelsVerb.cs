using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Descent.Cli;

/// <summary><c>descent models</c>: the networks that can be trained.</summary>
internal static class ModelsVerb
{
    private static readonly Argument<string?> s_name = new("NAME[:OPTIONS]")
    {
        Description = "Show every layer of this network: shapes, parameters, floating-point operations, receptive fields.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("models", "List the networks, or show one, for the images and classes of its paper.") { s_name, s_json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        try
        {
            bool json = parsed.GetValue(s_json);
            if (parsed.GetValue(s_name) is { } name)
            {
                Show(Architecture.Parse(name), json);
            }
            else
            {
                List(json);
            }

            return ExitCode.Success;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void List(bool json)
    {
        foreach (Architecture architecture in Architecture.Names.Select(Architecture.Parse))
        {
            NetworkProfile profile = ProfileOf(architecture, architecture.Build(new Rng(1)));
            Console.Out.WriteLine(json
                ? Json.Line(members => WriteMembers(members, architecture, profile))
                : $"{architecture.Name,-18} {Input(architecture),-11} {Text.Count(profile.Parameters),11} parameters {Work(profile)}  {architecture.Description}");
        }
    }

    private static void Show(Architecture architecture, bool json)
    {
        Layer model = architecture.Build(new Rng(1));
        NetworkProfile profile = ProfileOf(architecture, model);
        if (json)
        {
            Console.Out.WriteLine(Json.Line(members =>
            {
                WriteMembers(members, architecture, profile);
                WriteShapes(members, model);
            }));
            return;
        }

        Console.Out.WriteLine($"{architecture.Name}  {architecture.Description}; {Input(architecture)}, {architecture.Classes} classes");
        foreach ((string option, string meaning, string value) in architecture.Options)
        {
            Console.Out.WriteLine($"  {option}={value}  {meaning}");
        }

        Console.Out.WriteLine($"  trained by default: {Training(architecture)}");
        Console.Out.Write(profile.ToString());
    }

    /// <summary>Of one image.</summary>
    private static NetworkProfile ProfileOf(Architecture architecture, Layer model) =>
        NetworkProfile.Of(model, new Shape([1, .. architecture.Input.Sizes]), architecture.InputType);

    private static string Input(Architecture architecture) => string.Join('×', architecture.Input.Sizes.ToArray());

    /// <summary>As the options of 'train' say it.</summary>
    private static string Training(Architecture architecture)
    {
        TrainingRecipe recipe = architecture.Recipe;
        return architecture.IsFitted
            ? "at once, without steps"
            : string.Create(CultureInfo.InvariantCulture, $"--optimizer {recipe.Optimizer} --learning-rate {recipe.LearningRate} --schedule {recipe.Schedule}")
                + (recipe.Loss is null ? "" : $" --loss {recipe.Loss}")
                + (recipe.ClipNorm is { } norm ? string.Create(CultureInfo.InvariantCulture, $" --clip-norm {norm}") : "");
    }

    private static string Work(NetworkProfile profile) => string.Create(
        CultureInfo.InvariantCulture, $"{profile.Flops / 1e9,7:0.000} Gflop {profile.ActivationBytes / 1e6,6:0.0} MB of activations");

    private static void WriteMembers(Utf8JsonWriter json, Architecture architecture, NetworkProfile profile)
    {
        json.WriteString("name", architecture.Name);
        json.WriteString("description", architecture.Description);
        json.WriteString("training", Training(architecture));
        json.WriteNumber("parameters", profile.Parameters);
        json.WriteNumber("flops", profile.Flops);
        json.WriteNumber("multiply_adds", profile.MultiplyAdds);
        json.WriteNumber("activation_bytes", profile.ActivationBytes);
        WriteShape(json, "input", architecture.Input);
        json.WriteNumber("classes", architecture.Classes);
    }

    private static void WriteShapes(Utf8JsonWriter json, Layer model)
    {
        json.WriteStartObject("shapes");
        foreach ((string name, Cell cell) in model.State())
        {
            WriteShape(json, name, cell.Shape);
        }

        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, string name, Shape shape)
    {
        json.WriteStartArray(name);
        foreach (int size in shape.Sizes)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
    }
}
