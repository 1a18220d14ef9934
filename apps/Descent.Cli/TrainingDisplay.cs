using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Line = Spectre.Console.Text;

namespace Descent.Cli;

/// <summary>Shows how training goes on standard error: a live table of epochs on a terminal, a line per epoch elsewhere.</summary>
/// <remarks>Colours go where NO_COLOR asks for none; a narrow terminal shows fewer columns.</remarks>
internal sealed class TrainingDisplay(int epochs) : IDisposable
{
    /// <summary>Columns of a terminal below which the table is short, and lines around it.</summary>
    private const int Wide = 78, LinesBeside = 8;

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole? _terminal = Console.IsErrorRedirected
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private readonly List<EpochResult> _epochs = [];
    private readonly LossHistory _losses = new();
    private LiveDisplayContext? _live;
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

    /// <summary>Keeps the table on the terminal while the training runs; it stays there, without what only matters meanwhile.</summary>
    public TrainingResult Around(Func<TrainingResult> training) => _terminal is null
        ? training()
        : _terminal.Live(View(isRunning: true)).Start(context =>
        {
            _live = context;
            try
            {
                return training();
            }
            finally
            {
                context.UpdateTarget(View(isRunning: false));
                _live = null;
            }
        });

    public void ShowStep(TrainingProgress now)
    {
        _latest = now;
        _losses.Add(now.Step, now.Steps, now.Loss);
        if (_live is not null && _sinceShown.Elapsed >= s_between)
        {
            _sinceShown.Restart();
            _live.UpdateTarget(View(isRunning: true));
        }
    }

    public void ShowEpoch(EpochResult result)
    {
        _epochs.Add(result);
        if (_live is not null)
        {
            _live.UpdateTarget(View(isRunning: true));
            return;
        }

        string validation = result.Validation is { } v ? $", validation {Text.Measures(v)} (loss {Text.Loss(v.Loss)})" : "";
        Say($"epoch {result.Epoch}/{epochs}: loss {Text.Loss(result.TrainingLoss)}{validation}, "
            + $"{Text.Count((long)_latest.ImagesPerSecond)} images/s, {Text.Duration(_latest.Remaining)} left");
    }

    public void Dispose() => _live = null;

    private Rows View(bool isRunning)
    {
        int width = _terminal!.Profile.Width;
        List<IRenderable> parts = [];
        if (_epochs.Count > 0)
        {
            parts.Add(EpochTable(width >= Wide));
        }

        if (isRunning)
        {
            parts.Add(new Line(Progress(width)) { Overflow = Overflow.Ellipsis });
            parts.Add(new Line(Speed()) { Overflow = Overflow.Ellipsis });
        }

        return new Rows(parts);
    }

    /// <summary>The last epochs, as many as the terminal has lines for.</summary>
    private Table EpochTable(bool isWide)
    {
        bool isValidated = _epochs.Exists(epoch => epoch.Validation is not null);
        Table table = new Table { Border = TableBorder.None, ShowHeaders = true }.AddColumn(Column("epoch")).AddColumn(Column("loss"));
        if (isValidated)
        {
            table.AddColumn(Column("val. loss"));
            table.AddColumn(Column(_epochs.Exists(epoch => epoch.Validation?.R2 is not null) ? "val. R²" : "val. accuracy"));
        }

        if (isWide)
        {
            table.AddColumn(Column("learning rate")).AddColumn(Column("seconds"));
        }

        int best = isValidated ? _epochs.MaxBy(epoch => epoch.Validation?.Score ?? double.NegativeInfinity)!.Epoch : 0;
        foreach (EpochResult epoch in _epochs.TakeLast(Math.Max(3, _terminal!.Profile.Height - LinesBeside)))
        {
            List<string> cells = [$"{epoch.Epoch}/{epochs}", Text.Loss(epoch.TrainingLoss)];
            if (isValidated)
            {
                cells.Add(epoch.Validation is { } v ? Text.Loss(v.Loss) : "");
                string score = epoch.Validation is { } measured ? Text.Score(measured) : "";
                cells.Add(epoch.Epoch == best ? $"[bold]{score}[/]" : score);
            }

            if (isWide)
            {
                cells.Add(epoch.LearningRate.ToString("G3", CultureInfo.InvariantCulture));
                cells.Add(epoch.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
            }

            table.AddRow([.. cells]);
        }

        return table;

        static TableColumn Column(string title) => new TableColumn($"[grey]{title}[/]").RightAligned().NoWrap();
    }

    private string Progress(int width)
    {
        double part = _latest.Steps == 0 ? 0 : (double)_latest.Step / _latest.Steps;
        return $"{Bar.Of(part, Math.Clamp(width - 60, 8, 32))} {part.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal),4}"
            + $"  loss {Text.Loss(_latest.Loss)} {_losses.Sparkline(Math.Clamp(width - 56, 8, 24))}";
    }

    private string Speed()
    {
        double megabytes = Environment.WorkingSet / 1e6;
        return $"epoch {Math.Max(1, _latest.Epoch)}/{epochs}  {Text.Count((long)_latest.ImagesPerSecond)} images/s  "
            + $"{Text.Duration(_latest.Remaining)} left  {megabytes.ToString("0", CultureInfo.InvariantCulture)} MB";
    }
}
