using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace Descent.Cli;

/// <summary>Reads the command line, runs its verb, and turns what goes wrong into one line and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        var root = new RootCommand("Descent trains neural networks, in C# alone.")
        {
            TrainVerb.Command(), DoctorVerb.Command(), EvaluateVerb.Command(), PredictVerb.Command(), ReportVerb.Command(),
            SampleVerb.Command(), DataVerb.Command(), ModelsVerb.Command(), DevicesVerb.Command(),
        };
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        using var cancellation = new CancellationTokenSource();
        try
        {
            ThrowIfWrong(parsed);
            ConsoleCancelEventHandler interrupt = (_, e) =>
            {
                // The second Ctrl-C ends the process at once, and so does the second SIGTERM.
                e.Cancel = !cancellation.IsCancellationRequested;
                cancellation.Cancel();
            };
            Console.CancelKeyPress += interrupt;
            using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = !cancellation.IsCancellationRequested;
                cancellation.Cancel();
            });
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return parsed.InvokeAsync(configuration, cancellation.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted.", ExitCode.Interrupted);
        }
        catch (Exception e) when (e is UsageException or ConfigurationException)
        {
            return Fail(e.Message, ExitCode.WrongUsage);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or NonFiniteException)
        {
            return Fail(e.Message, ExitCode.Failed);
        }
    }

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"descent: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }

    private static void ThrowIfWrong(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            throw new UsageException(Unknown(unknown, command));
        }

        if (parsed.Errors is [ParseError error, ..])
        {
            throw new UsageException(command is RootCommand && command.Subcommands.Count > 0
                ? $"A verb is missing: {string.Join(", ", command.Subcommands.Select(c => c.Name))}. Try --help."
                : error.Message);
        }
    }

    private static string Unknown(string token, Command command)
    {
        if (token.StartsWith('-'))
        {
            string name = token.Split('=', ':')[0];
            string nearest = NearestName.To(name, command.Options.SelectMany(o => o.Aliases.Append(o.Name)));
            return $"Unknown option '{name}'; did you mean '{nearest}'?";
        }

        return command.Subcommands.Count > 0
            ? $"Unknown verb '{token}'; did you mean '{NearestName.To(token, command.Subcommands.Select(c => c.Name))}'?"
            : $"Unexpected argument '{token}'; {command.Name} takes options only. Try --help.";
    }
}
