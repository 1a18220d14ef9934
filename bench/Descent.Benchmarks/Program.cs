using Descent.Benchmarks;
using Descent.Benchmarks.Peers;
using Descent.KernelBench;

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

if (options.Graph)
{
    GraphCost.Run(options);
    return 0;
}

using Peer? torch = options.Peers ? Report.Found(Peer.Torch(options.Python, out string why), "PyTorch", why) : null;
using Peer? onnx = options.Peers ? Report.Found(Peer.OnnxRuntime(out why), "ONNX Runtime", why) : null;
var report = new Report(options, FmaPeak.Measure());
report.Machine(torch, onnx);
string folder = Directory.CreateTempSubdirectory("descent-bench-").FullName;
bool agree = true;
try
{
    foreach (Case of in options.Cases)
    {
        agree &= CaseRun.Run(of, options, torch, onnx, folder, report);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return agree ? 0 : 1;
