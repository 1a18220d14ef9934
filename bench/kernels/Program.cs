using Descent.KernelBench;

// Usage: Descent.KernelBench [--openblas LIBRARY] [MxNxK …]
// Times the matrix product on one thread against the FMA peak, and against OpenBLAS where its library is found.
string? library = null;
List<(int M, int N, int K)> shapes = [];
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--openblas" && i + 1 < args.Length)
    {
        library = args[++i];
    }
    else if (args[i].Split('x') is [var m, var n, var k])
    {
        shapes.Add((int.Parse(m), int.Parse(n), int.Parse(k)));
    }
    else
    {
        Console.Error.WriteLine($"unknown argument '{args[i]}'; usage: Descent.KernelBench [--openblas LIBRARY] [MxNxK …]");
        return 2;
    }
}

GemmBench.Run(OpenBlas.Find(library), shapes);
return 0;
