using System.CommandLine;

namespace Descent.Cli;

/// <summary>The options that say where named data sets are looked for, and whether and from where they are fetched.</summary>
internal sealed class DataPlace
{
    private readonly Option<string?> _directory = Arguments.Option<string?>(
        "--data-dir", "FOLDER", "Where named data sets live; else $DESCENT_DATA and the user's cache are searched.", text => text);

    private readonly Option<bool> _offline = new("--offline") { Description = "Use no network: a named data set that is not there is an error." };

    private readonly Option<Uri?> _mirror = Arguments.Option<Uri?>(
        "--mirror", "URL", "Where named data sets are fetched first: a data folder that is served, in a classroom for instance.", DataOptions.ParseMirror);

    /// <summary>Adds all of them, or the folder alone where nothing is fetched.</summary>
    public void AddTo(Command command, bool fetches = true)
    {
        command.Add(_directory);
        if (fetches)
        {
            command.Add(_offline);
            command.Add(_mirror);
        }
    }

    public DataOptions Read(ParseResult parsed, CancellationToken cancellation = default) => new()
    {
        Directory = parsed.GetValue(_directory),
        Download = !parsed.GetValue(_offline),
        Mirror = parsed.GetValue(_mirror),
        Progress = new FetchDisplay(),
        Cancellation = cancellation,
    };
}
