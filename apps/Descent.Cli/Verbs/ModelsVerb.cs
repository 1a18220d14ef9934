using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent models</c>: the networks that can be trained.</summary>
internal static class ModelsVerb
{
    private static readonly Argument<string?> s_name = new("NAME[:OPTIONS]")
    {
        Description = "Show every parameter of this network for 28×28 images of 10 classes.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("models", "List the networks, or show one.") { s_name, s_json };
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
                Layer model = Build(Architecture.Parse(name));
                Console.Out.Write(json ? Json.Line(members => WriteCells(members, model)) + "\n" : model.Summary());
                return ExitCode.Success;
            }

            foreach (Architecture architecture in Architecture.Names.Select(Architecture.Parse))
            {
                Print(architecture, json);
            }

            return ExitCode.Success;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void Print(Architecture architecture, bool json)
    {
        long parameters = Build(architecture).Count;
        if (json)
        {
            Console.Out.WriteLine(Json.Line(members =>
            {
                members.WriteString("name", architecture.Name);
                members.WriteString("description", architecture.Description);
                members.WriteNumber("parameters", parameters);
            }));
            return;
        }

        Console.Out.WriteLine($"{architecture.Name}  {architecture.Description}; {Text.Count(parameters)} parameters");
        foreach ((string option, string meaning, string value) in architecture.Options)
        {
            Console.Out.WriteLine($"  {option}={value}  {meaning}");
        }
    }

    private static void WriteCells(System.Text.Json.Utf8JsonWriter json, Layer model)
    {
        json.WriteNumber("parameters", model.Count);
        json.WriteStartObject("shapes");
        foreach ((string name, Cell cell) in model.State())
        {
            json.WriteStartArray(name);
            foreach (int size in cell.Shape.Sizes)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static Layer Build(Architecture architecture) => architecture.Build(new(1, 28, 28), 10, new Rng(1));
}
