using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Descent.Benchmarks.Peers;

namespace Descent.Benchmarks;

/// <summary>Where and with what the figures were measured.</summary>
/// <param name="PeakFlops">The most multiply-adds that one core can do, counted twice, in a second.</param>
internal sealed record Machine(double PeakFlops, int Threads, IReadOnlyList<Peer> Peers)
{
    private static string Cpu => File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Machine and versions, a line each.</summary>
    public IEnumerable<string> Lines =>
    [
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Cpu}, {Environment.ProcessorCount} cores; {PeakFlops / 1e9:F0} GFLOP/s in a loop of fused multiply-adds on one of them"),
        $"Descent with {Threads} threads on .NET {Environment.Version}, {RuntimeInformation.OSDescription}",
        .. Peers.Select(peer => $"{peer.Version["name"]} {peer.Version["version"]} ({Details(peer)})"),
    ];

    public JsonObject Json() => new()
    {
        ["cpu"] = Cpu,
        ["cores"] = Environment.ProcessorCount,
        ["threads"] = Threads,
        ["dotnet"] = Environment.Version.ToString(),
        ["fma_peak_flops"] = PeakFlops,
        ["peers"] = new JsonArray([.. Peers.Select(Json)]),
    };

    private static JsonNode Json(Peer peer)
    {
        JsonObject version = peer.Version.DeepClone().AsObject();
        version.Remove("settings"); // Pages of compiler flags.
        return version;
    }

    private static string Details(Peer peer) => peer.Version["blas"] is { } blas
        ? $"{blas}, {peer.Version["capability"]}"
        : (string)peer.Version["settings"]!;
}
