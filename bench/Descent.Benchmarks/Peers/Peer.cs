using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Descent.Benchmarks.Peers;

/// <summary>
/// The benchmark cases in another framework: a child process that answers one line of JSON per request, as bench/peers/torch_peer.py says.
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process, JsonNode version)
    {
        _process = process;
        Version = version;
    }

    /// <summary>Versions, instruction set and settings, to be printed beside every figure.</summary>
    public JsonNode Version { get; }

    /// <summary>
    /// PyTorch, with the first interpreter that has it: the one named, else the one on the path, else the system's own, which is where a
    /// distribution's package lands when another interpreter stands first on the path. Null, with the reason, where none has.
    /// </summary>
    public static Peer? Torch(string? python, out string reason)
    {
        string script = Script("torch_peer.py");
        reason = "";
        foreach (string interpreter in python is null ? ["python3", "/usr/bin/python3"] : new[] { python })
        {
            if (Start(interpreter, script, out string why) is { } peer)
            {
                if ((string?)peer.Version["blas"] != "reference")
                {
                    return peer;
                }
                why = $"{interpreter}: PyTorch runs on the reference BLAS, twenty times too slow to compare with; install OpenBLAS.";
                peer.Dispose();
            }
            reason += why + "\n";
        }
        return null;
    }

    /// <summary>
    /// ONNX Runtime under Node.js, for inference alone. Null, with the reason, where it is not installed (npm ci --ignore-scripts).
    /// </summary>
    public static Peer? OnnxRuntime(out string reason) => Start("node", Script("onnx_peer.mjs"), out reason);

    /// <summary>The peer; where there is none, a line says why and how to get it.</summary>
    public static Peer? Found(Peer? peer, string name, string why, string fix)
    {
        if (peer is null)
        {
            Console.Error.WriteLine($"{name} is left out: {why.TrimEnd().ReplaceLineEndings("; ")}\n  To have it: {fix}");
        }

        return peer;
    }

    private static string Script(string name) => Repository.File("bench", "peers", name);

    private static Peer? Start(string program, string script, out string reason)
    {
        reason = "";
        try
        {
            Process process = Process.Start(new ProcessStartInfo(program, [script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (Ask(process, new JsonObject { ["command"] = "version" }) is { } version)
            {
                process.BeginErrorReadLine(); // A full pipe would stop the peer.
                return new Peer(process, version);
            }
            // It ended without an answer; what it said last is the reason: No module named 'torch'.
            string said = process.StandardError.ReadToEnd();
            reason = $"{program}: {said.Split('\n').LastOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? said}";
            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            reason = $"{program}: {error.Message}";
        }
        return null;
    }

    /// <summary>Makes a case the current one and returns its number of parameters.</summary>
    /// <param name="weights">A safetensors file with PyTorch's names and shapes.</param>
    /// <param name="data">A safetensors file with eight batches of images and labels.</param>
    public int Load(string name, string weights, string data, bool channelsLast, int threads) => (int)Ask(new JsonObject
    {
        ["command"] = "load",
        ["case"] = name,
        ["weights"] = weights,
        ["data"] = data,
        ["layout"] = channelsLast ? "channels_last" : "default",
        ["threads"] = threads,
    })["parameters"]!;

    /// <summary>The losses of so many training steps from the loaded weights.</summary>
    public double[] Losses(int steps) => Numbers(Ask(new JsonObject { ["command"] = "losses", ["steps"] = steps })["losses"]!);

    /// <summary>The logits of the first batch with the loaded weights, one row per image.</summary>
    public double[][] Logits() => [.. Ask(new JsonObject { ["command"] = "logits" })["logits"]!.AsArray().Select(row => Numbers(row!))];

    /// <summary>Seconds for so many training steps, the reading of each loss included.</summary>
    public double Train(int iterations) => (double)Ask(new JsonObject { ["command"] = "train", ["iterations"] = iterations })["seconds"]!;

    /// <summary>Seconds for so many inferences of <paramref name="batch"/> images each.</summary>
    public double Infer(int iterations, int batch) =>
        (double)Ask(new JsonObject { ["command"] = "infer", ["iterations"] = iterations, ["batch"] = batch })["seconds"]!;

    /// <summary>Peak resident memory of the peer's process so far.</summary>
    public long PeakBytes() => (long)Ask(new JsonObject { ["command"] = "memory" })["peak_bytes"]!;

    /// <summary>Ends the peer: it stops at the end of its input.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private static double[] Numbers(JsonNode list) => [.. list.AsArray().Select(number => (double)number!)];

    private JsonNode Ask(JsonObject request)
    {
        JsonNode answer = Ask(_process, request) ?? throw new InvalidOperationException($"Peer ended at {request.ToJsonString()}.");
        return answer["error"] is { } error
            ? throw new InvalidOperationException($"{Version["name"]}, {request["command"]}: {error}")
            : answer;
    }

    private static JsonNode? Ask(Process process, JsonObject request)
    {
        try
        {
            process.StandardInput.WriteLine(request.ToJsonString());
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            return null; // It ended before it read the request.
        }
        return process.StandardOutput.ReadLine() is { } line ? JsonNode.Parse(line) : null;
    }
}
