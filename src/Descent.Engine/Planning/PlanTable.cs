using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>
/// A plan as text: each launch with shapes, bytes and floating-point operations, and once it was timed with its time, rates and their part of the
/// machine's peak.
/// </summary>
internal static class PlanTable
{
    /// <summary>Launches that take this part of the time together, the longest first, are marked.</summary>
    private const double CostlyPart = 0.5;

    public static string Of(Plan plan, MachinePeak? peak)
    {
        var text = new StringBuilder();
        Line(text, $"plan: {plan.Launches.Count} launches, arena {plan.ArenaBytes:N0} bytes, {plan.Source.Leaves.Count} leaves, {plan.Runs} runs");
        if (peak is not null)
        {
            Line(text, $"peak: {peak.FlopsPerSecond / 1e9:F0} GFLOP/s, {peak.BytesPerSecond / 1e9:F0} GB/s of memory; what lies in a cache may come faster");
        }

        double total = plan.Launches.Sum(Seconds);
        HashSet<Launch> costly = Costly(plan, total);
        foreach (Launch launch in plan.Launches)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(costly.Contains(launch) ? '*' : ' ')} {launch.Name,-44} {launch.Detail,-40} ");
            text.Append(CultureInfo.InvariantCulture, $"{launch.Bytes,12:N0} B {launch.Flops,14:N0} flop");
            if (Seconds(launch) is > 0 and var seconds)
            {
                text.Append(CultureInfo.InvariantCulture, $" {seconds * 1e6,10:F1} µs {seconds / total,6:P1}");
                AppendRates(text, launch.Bytes, launch.Flops, seconds, peak);
            }

            text.AppendLine();
        }

        if (total > 0)
        {
            long bytes = plan.Launches.Sum(launch => launch.Bytes), flops = plan.Launches.Sum(launch => launch.Flops);
            text.Append(CultureInfo.InvariantCulture, $"  {"total (* half of the time)",-85} {bytes,12:N0} B {flops,14:N0} flop {total * 1e6,10:F1} µs {1,6:P1}");
            AppendRates(text, bytes, flops, total, peak);
            text.AppendLine();
        }

        return text.ToString();
    }

    private static double Seconds(Launch launch) => launch.TimedRuns > 0 ? launch.Seconds / launch.TimedRuns : 0;

    private static HashSet<Launch> Costly(Plan plan, double total)
    {
        var costly = new HashSet<Launch>();
        double taken = 0;
        foreach (Launch launch in plan.Launches.Where(launch => Seconds(launch) > 0).OrderByDescending(Seconds))
        {
            if (taken >= CostlyPart * total)
            {
                break;
            }

            costly.Add(launch);
            taken += Seconds(launch);
        }

        return costly;
    }

    private static void AppendRates(StringBuilder text, long bytes, long flops, double seconds, MachinePeak? peak)
    {
        text.Append(CultureInfo.InvariantCulture, $" {bytes / seconds / 1e9,8:F1} GB/s");
        if (peak is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" {bytes / seconds / peak.BytesPerSecond,6:P0}");
        }

        text.Append(CultureInfo.InvariantCulture, $" {flops / seconds / 1e9,8:F1} GFLOP/s");
        if (peak is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" {flops / seconds / peak.FlopsPerSecond,6:P0}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
