using System.Collections.Concurrent;

namespace Descent.Tests;

/// <summary>Counts which ops, fusions and layout conversions the random graphs have put through the planner.</summary>
internal sealed class Coverage
{
    private readonly ConcurrentDictionary<string, int> _ops = new();
    private readonly ConcurrentDictionary<string, int> _rules = new();

    public static IReadOnlyList<string> Rules { get; } =
    [
        "tile program of several steps", "reduction with its producers", "reduction in chunks", "several results of a tile program",
        "several reductions at once", "reduction that also writes results", "matmul+bias", "matmul+bias+relu", "conv2d+bias",
        "conv2d+maxpool2d", "conv2d+bias+relu+maxpool2d", "maxpool2d-backward+conv2d-backward-input",
        "maxpool2d-backward+conv2d-backward-weight", "conv2d-backward-weight+bias",
        "conv2d+bias+relu", "conv2d+scale-shift", "conv2d+scale-shift+relu", "conv2d+scale-shift+residual", "conv2d+scale-shift+residual+relu",
        "matmul+scale-shift", "matmul+scale-shift+residual+relu", "matmul+relu-backward",
        "conv2d-backward-input+relu-backward", "computed again", "scale-shift+relu+conv2d", "scale-shift+relu+conv2d-backward-weight", "copy to channels last", "copy to row major",
        "result over an operand", "cell written in place", "cell written by a copy", "output computed in place", "output copied", "integers",
        "returns an input", "constants folded", "common sub-expression", "common sub-expression of swapped operands",
    ];

    public void Count(Plan plan)
    {
        foreach (PlanNode node in plan.Source.Nodes)
        {
            Add(_ops, Name(node.Op));
        }

        foreach (string rule in plan.Source.Simplified)
        {
            Add(_rules, rule);
        }

        foreach (Launch launch in plan.Launches)
        {
            if (launch is TileLaunch or TileReduceLaunch)
            {
                int reductions = (launch as TileReduceLaunch)?.Reductions ?? 0;
                Add(_rules, (launch.Writes.Count - reductions, reductions) switch
                {
                    (_, > 1) => "several reductions at once",
                    ( > 0, > 0) => "reduction that also writes results",
                    ( > 1, 0) when !launch.Name.StartsWith("update", StringComparison.Ordinal) => "several results of a tile program",
                    _ => "one result",
                });
            }

            switch (launch)
            {
                case IntegerLaunch:
                    Add(_rules, "integers");
                    break;
                case TileLaunch when launch.Name.Contains('+'):
                    Add(_rules, "tile program of several steps");
                    break;
                case TileReduceLaunch reduce:
                    Add(_rules, launch.Name.Contains('+') ? "reduction with its producers" : "reduction alone");
                    Add(_rules, reduce.Detail.EndsWith(" 1 chunks", StringComparison.Ordinal) ? "reduction at once" : "reduction in chunks");
                    break;
                case CopyLaunch copy:
                    Add(_rules, copy.Name);
                    Add(_rules, launch.Writes[0].Kind switch
                    {
                        BufferKind.Cell => "cell written by a copy",
                        BufferKind.Output => "output copied",
                        _ => "copied",
                    });
                    break;
                default:
                    Add(_rules, launch.Name);
                    break;
            }
        }

        foreach (PlanBuffer buffer in plan.Buffers.Where(buffer => buffer.Over is not null))
        {
            Add(_rules, buffer.Over!.Kind switch
            {
                BufferKind.Cell => "cell written in place",
                BufferKind.Output => "output computed in place",
                _ => "result over an operand",
            });
        }
    }

    /// <summary>Every op of the engine that was met less often than <paramref name="least"/> times.</summary>
    public List<string> RareOps(IEnumerable<string> all, int least) =>
        [.. all.Where(op => _ops.GetValueOrDefault(op) < least).Select(op => $"{op} {_ops.GetValueOrDefault(op)}×")];

    public List<string> RareRules(int least) =>
        [.. Rules.Where(rule => _rules.GetValueOrDefault(rule) < least).Select(rule => $"{rule} {_rules.GetValueOrDefault(rule)}×")];

    /// <summary>The formula of a generic op, else the op.</summary>
    public static string Name(Op op) => Name(op.GetType());

    public static string Name(Type op) => op.IsGenericType ? $"{op.Name.Split('`')[0]}<{op.GetGenericArguments()[0].Name}>" : op.Name;

    private static void Add(ConcurrentDictionary<string, int> counts, string key) => counts.AddOrUpdate(key, 1, (_, count) => count + 1);
}
