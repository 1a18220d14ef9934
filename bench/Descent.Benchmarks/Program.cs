using Descent.Benchmarks;
using Descent.Benchmarks.Peers;
using Descent.KernelBench;

if (args.Contains("--help"))
{
    Console.WriteLine(Options.Usage);
    return 0;
}

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine($"{error.Message}\n{Options.Usage}");
    return 2;
}

if (options.IsMemoryChild)
{
    return PeakMemory.RunChild(options.Cases[0], options.Threads);
}

if (options.Plan)
{
    foreach (Case of in options.Cases)
    {
        var own = new OwnSide(of, options.Threads);
        foreach (Measure measure in Enum.GetValues<Measure>())
        {
            Console.WriteLine($"{of.Name} {measure.Text()}, {options.Threads} threads\n{own.Plan(measure)}");
        }
    }

    return 0;
}

if (options.Loader)
{
    LoaderCost.Run(options);
    return 0;
}

if (options.Scaling)
{
    ThreadScaling.Run(options);
    return 0;
}

if (options.Graph)
{
    GraphCost.Run(options);
    return 0;
}

using Peer? torch = options.Peers ? Peer.Found(
    Peer.Torch(options.Python, out string why), "PyTorch", why, "apt-get install python3-torch python3-numpy libopenblas0") : null;
using Peer? onnx = options.Peers ? Peer.Found(
    Peer.OnnxRuntime(out why), "ONNX Runtime", why, "(cd bench/peers && npm ci --ignore-scripts)") : null;
var machine = new Machine(FmaPeak.Measure(), options.Threads, [.. new[] { torch, onnx }.OfType<Peer>()]);
if (!options.Json)
{
    Console.WriteLine(string.Join('\n', machine.Lines));
}

string folder = Directory.CreateTempSubdirectory("descent-bench-").FullName;
List<CaseResult> results = [];
try
{
    foreach (Case of in options.Cases)
    {
        CaseResult result = CaseRun.Run(of, options, torch, onnx, folder);
        results.Add(result);
        Console.WriteLine(options.Json ? Report.Json(result, machine).ToJsonString() : Report.Text(result, machine));
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

if (options.Write)
{
    File.WriteAllText(Repository.File("docs", "performance.md"), Report.Page(results, machine, DateTime.UtcNow));
}

return results.All(result => result.Valid) ? 0 : 1;
