using System.Diagnostics;
using Spectre.Console;

namespace Descent.Cli;

/// <summary>Shows how training goes on standard error: a bar on a terminal, a line per epoch elsewhere.</summary>
internal sealed class TrainingDisplay(int epochs) : IDisposable
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole? _terminal = Console.IsErrorRedirected
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private ProgressTask? _bar;
    private TrainingProgress _latest;

    /// <summary>One line.</summary>
    public void Say(string line)
    {
        if (_terminal is null)
        {
            Console.Error.WriteLine(line);
        }
        else
        {
            _terminal.WriteLine(line);
        }
    }

    /// <summary>Keeps a bar on the terminal while the training runs.</summary>
    public TrainingResult Around(Func<TrainingResult> training)
    {
        if (_terminal is null)
        {
            return training();
        }

        Progress progress = _terminal.Progress().AutoClear(true).Columns(
            new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
        return progress.Start(context =>
        {
            _bar = context.AddTask("training");
            return training();
        });
    }

    public void ShowStep(TrainingProgress now)
    {
        _latest = now;
        if (_bar is null || _sinceShown.Elapsed < s_between)
        {
            return;
        }

        _sinceShown.Restart();
        string accuracy = now.ValidationAccuracy is { } part ? $"  accuracy {Text.Percent(part)}" : "";
        _bar.MaxValue = now.Steps;
        _bar.Value = now.Step;
        _bar.Description = Markup.Escape(
            $"epoch {now.Epoch}/{now.Epochs}  loss {Text.Loss(now.Loss)}{accuracy}  "
            + $"{Text.Count((long)now.ImagesPerSecond)} images/s  {Text.Duration(now.Remaining)} left");
    }

    public void ShowEpoch(EpochResult result)
    {
        string validation = result.Validation is { } v
            ? $", validation accuracy {Text.Measures(v)} (loss {Text.Loss(v.Loss)})"
            : "";
        Say($"epoch {result.Epoch}/{epochs}: loss {Text.Loss(result.TrainingLoss)}{validation}, "
            + $"{Text.Count((long)_latest.ImagesPerSecond)} images/s, {Text.Duration(_latest.Remaining)} left");
    }

    public void Dispose() => _bar?.StopTask();
}
