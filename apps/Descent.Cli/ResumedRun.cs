using System.CommandLine;
using System.CommandLine.Parsing;

namespace Descent.Cli;

/// <summary><c>--resume [RUN]</c>: a run that was stopped, killed or failed, and goes on with the settings of its record.</summary>
internal static class ResumedRun
{
    /// <summary>What does not change what the run ends with.</summary>
    private static readonly Setting[] s_free =
    [
        TrainingSettings.DataDirectory, TrainingSettings.Offline, TrainingSettings.Mirror, TrainingSettings.Threads,
        TrainingSettings.Eager, TrainingSettings.CheckpointEvery, TrainingSettings.Json,
    ];

    public static Option<string?> Option { get; } = new("--resume")
    {
        HelpName = "RUN",
        Description = "Go on with a run where it stands, with its own settings; the latest one under runs/ that is not finished by default.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The run that is asked for; null where none is.</summary>
    public static RunFolder? Find(ParseResult parsed)
    {
        if (parsed.GetResult(Option) is not OptionResult { Implicit: false })
        {
            return null;
        }

        return parsed.GetValue(Option) is { } path
            ? RunFolder.Open(path)
            : RunFolder.LatestUnfinished("runs")
                ?? throw new IOException("There is no run under runs/ that is not finished; begin one with 'descent train', or name one with --resume.");
    }

    /// <summary>The settings of the run, with those of the command line that change nothing of its end.</summary>
    /// <exception cref="UsageException">Another setting differs.</exception>
    public static SettingValues Settings(RunFolder run, SettingValues said)
    {
        SettingValues recorded = run.Record.Settings;
        foreach (Setting setting in TrainingSettings.Schema.All.Except(s_free).Where(said.IsGiven))
        {
            if (!setting.IsRecorded)
            {
                throw new UsageException($"--{setting.Name} begins a run, but --resume goes on with {run.FullPath}; leave one of them out.");
            }

            if (said.TextOf(setting) != recorded.TextOf(setting))
            {
                throw new UsageException(
                    $"--{setting.Name} {said.TextOf(setting)} differs from {recorded.TextOf(setting) ?? "what is not set"} in "
                    + $"{run.FullPath}/run.json; --resume goes on with a run's own settings, so leave it out or begin another run.");
            }
        }

        return said.Over(recorded);
    }
}
