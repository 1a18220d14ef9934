using System.CommandLine;
using System.Globalization;

namespace Descent.Cli;

/// <summary><c>descent data</c>: the data sets that are known by name; <c>get</c> fetches one, <c>check</c> compares its checksums.</summary>
internal static class DataVerb
{
    private static readonly DataPlace s_place = new();
    private static readonly Option<bool> s_json = Arguments.Json();
    private static readonly Argument<NamedSet?> s_name = new("NAME")
    {
        Description = "The data set: " + string.Join(", ", NamedSet.All.Select(set => set.Name)) + ".",
        CustomParser = result =>
        {
            string name = result.Tokens[0].Value;
            NamedSet? set = NamedSet.All.FirstOrDefault(set => set.Name == name);
            if (set is null)
            {
                result.AddError($"Unknown data set '{name}'; did you mean '{NearestName.To(name, NamedSet.All.Select(s => s.Name))}'?");
            }

            return set;
        },
    };

    public static Command Command()
    {
        var get = new Command("get", "Fetch a data set now, unless it is there.") { s_name, s_json };
        s_place.AddTo(get);
        get.SetAction((parsed, cancellation) => Task.FromResult(Get(parsed, cancellation)));
        var check = new Command("check", "Compare the files of a data set with their published checksums.") { s_name, s_json };
        s_place.AddTo(check, fetches: false);
        check.SetAction(Check);
        var command = new Command("data", "List the data sets that are known by name, and where they lie.") { get, check, s_json };
        s_place.AddTo(command, fetches: false);
        command.SetAction(List);
        return command;
    }

    private static int List(ParseResult parsed)
    {
        DataOptions place = s_place.Read(parsed);
        foreach (NamedSet set in NamedSet.All)
        {
            string? path = set.Find(place);
            Console.Out.WriteLine(parsed.GetValue(s_json)
                ? Json.Line(json =>
                {
                    json.WriteString("name", set.Name);
                    json.WriteStartArray("image_shape");
                    foreach (int size in set.ImageShape.Sizes)
                    {
                        json.WriteNumberValue(size);
                    }

                    json.WriteEndArray();
                    json.WriteNumber("train", set.TrainCount);
                    json.WriteNumber("test", set.TestCount);
                    json.WriteNumber("classes", set.Classes);
                    json.WriteNumber("bytes", set.Length);
                    json.WriteString("path", path);
                    json.WriteStartArray("mirrors");
                    foreach (string mirror in set.Mirrors)
                    {
                        json.WriteStringValue(mirror);
                    }

                    json.WriteEndArray();
                })
                : $"{set.Name,-14} {Images(set),-18} {$"{Text.Count(set.TrainCount)} + {Text.Count(set.TestCount)}",15}  {set.Classes,3} classes  {Megabytes(set),6} MB  "
                    + $"{path ?? "not here"}  {set.Mirrors[0]}");
        }

        return ExitCode.Success;
    }

    private static int Get(ParseResult parsed, CancellationToken cancellation)
    {
        NamedSet set = parsed.GetValue(s_name)!;
        DataOptions place = s_place.Read(parsed, cancellation);
        if (!place.Download)
        {
            throw new UsageException("'get' uses the network: leave --offline out.");
        }

        string path = set.Find(place) ?? set.Fetch(place);
        Console.Out.WriteLine(parsed.GetValue(s_json)
            ? Json.Line(json =>
            {
                json.WriteString("name", set.Name);
                json.WriteString("path", path);
            })
            : $"{set.Name} is in {path}");
        return ExitCode.Success;
    }

    private static int Check(ParseResult parsed)
    {
        NamedSet set = parsed.GetValue(s_name)!;
        string found = set.Find(s_place.Read(parsed))
            ?? throw new IOException($"The data set {set.Name} is not here; get it with: descent data get {set.Name}.");
        bool isDamaged = false;
        foreach ((string file, bool? isRight) in set.Check(found))
        {
            isDamaged |= isRight == false;
            string state = isRight switch { true => "right", false => "damaged", null => "missing" };
            Console.Out.WriteLine(parsed.GetValue(s_json)
                ? Json.Line(json =>
                {
                    json.WriteString("file", file);
                    json.WriteString("state", state);
                })
                : isRight switch
                {
                    true => $"right    {file}",
                    false => $"DAMAGED  {file}: delete it, then descent data get {set.Name}",
                    null => $"missing  {file}: what lies unpacked cannot be checked",
                });
        }

        return isDamaged ? ExitCode.Failed : ExitCode.Success;
    }

    private static string Images(NamedSet set) =>
        $"{set.ImageShape[1]}×{set.ImageShape[2]} {(set.ImageShape[0] == 1 ? "grey" : "colour")} images";

    private static string Megabytes(NamedSet set) => (set.Length / 1e6).ToString("0", CultureInfo.InvariantCulture);
}
