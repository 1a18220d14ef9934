using System.Globalization;

namespace Descent.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage =
        """
        usage: bench/run [options] [CASE…]
          CASE             what to run; by default all but fast-vgg-b128
          --rounds N       turns of each side, default 5
          --seconds S      length of one turn, default 0.3
          --threads N      threads of Descent, default all cores
          --python PATH    the interpreter that has PyTorch
          --no-peers       Descent alone
          --json           one JSON object per case
          --write          write the results to docs/performance.md too
          --plan           print each case's plans with the time of every launch, and nothing else
          --loader         images a second of the loader alone, and of trainings that it feeds
          --scaling        how many times as fast all threads train as one, beside a loop that shares nothing
          --graph          what building, keying and planning graphs costs, beside the kernels
        """;

    public IReadOnlyList<Case> Cases { get; private init; } = Case.Standard;

    public int Rounds { get; init; } = 5;

    public double Seconds { get; private init; } = 0.3;

    public int Threads { get; private init; } = Environment.ProcessorCount;

    public string? Python { get; private init; }

    public bool Peers { get; private init; } = true;

    public bool Json { get; private init; }

    public bool Write { get; private init; }

    public bool Plan { get; private init; }

    public bool Graph { get; private init; }

    public bool Scaling { get; private init; }

    public bool Loader { get; private init; }

    /// <summary>True in a child process that only tells its memory.</summary>
    public bool IsMemoryChild { get; private init; }

    /// <exception cref="FormatException">An option is unknown, lacks its value, or has one that makes no sense.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        List<Case> cases = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{name} needs a value.");
            int Count() => int.TryParse(Value(), CultureInfo.InvariantCulture, out int count) && count > 0
                ? count
                : throw new FormatException($"{name} needs a number above 0, not '{arguments[i]}'.");
            switch (name)
            {
                case PeakMemory.Option:
                    options = options with { IsMemoryChild = true };
                    break;
                case "--rounds":
                    options = options with { Rounds = Count() };
                    break;
                case "--seconds":
                    options = double.TryParse(Value(), CultureInfo.InvariantCulture, out double seconds) && seconds > 0
                        ? options with { Seconds = seconds }
                        : throw new FormatException($"{name} needs a number above 0, not '{arguments[i]}'.");
                    break;
                case "--threads":
                    options = options with { Threads = Count() };
                    break;
                case "--python":
                    options = options with { Python = Value() };
                    break;
                case "--no-peers":
                    options = options with { Peers = false };
                    break;
                case "--loader":
                    options = options with { Loader = true };
                    break;
                case "--scaling":
                    options = options with { Scaling = true };
                    break;
                case "--graph":
                    options = options with { Graph = true };
                    break;
                case "--json":
                    options = options with { Json = true };
                    break;
                case "--write":
                    options = options with { Write = true };
                    break;
                case "--plan":
                    options = options with { Plan = true };
                    break;
                default:
                    cases.Add(name.StartsWith('-') ? throw new FormatException($"unknown option '{name}'.") : Find(name));
                    break;
            }
        }

        return cases.Count > 0 ? options with { Cases = cases } : options;
    }

    private static Case Find(string name) => Case.All.FirstOrDefault(c => c.Name == name)
        ?? throw new FormatException($"unknown case '{name}'; there are {string.Join(", ", Case.All.Select(c => c.Name))}.");
}
