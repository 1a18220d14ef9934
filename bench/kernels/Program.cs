using Descent.KernelBench;

// Usage: Descent.KernelBench [--openblas LIBRARY] [MxNxK …]
// Times the matrix product on one thread against the FMA peak, and against OpenBLAS where its library is found.
// Usage: Descent.KernelBench conv [PART-OF-NAME …]
// Times the three passes of convolution on one thread against the FMA peak.
// Usage: Descent.KernelBench conv-pool
// Times convolutions of few channels with the pooling after them, as one and one after the other.
// Usage: Descent.KernelBench norm
// Times pooling and batch normalisation on one thread.
// Usage: Descent.KernelBench jpeg [PART-OF-NAME …]
// Times reading and writing of JPEG on one thread beside libjpeg-turbo.
// Usage: Descent.KernelBench png
// Times reading of PNG on one thread beside libpng.
// Usage: Descent.KernelBench rows
// Times row-wise kernels, attention and activations on one thread.
if (args is ["conv", .. var names])
{
    ConvBench.Run(names);
    return 0;
}

if (args is ["conv-pool"])
{
    ConvPoolBench.Run();
    return 0;
}

if (args is ["norm"])
{
    NormBench.Run();
    return 0;
}

if (args is ["jpeg", .. var cases])
{
    JpegBench.Run(cases);
    return 0;
}

if (args is ["png"])
{
    PngBench.Run();
    return 0;
}

if (args is ["rows"])
{
    RowBench.Run();
    return 0;
}

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
        Console.Error.WriteLine(
            $"unknown argument '{args[i]}'; usage: Descent.KernelBench "
            + "[--openblas LIBRARY] [MxNxK …] | conv [PART-OF-NAME …] | conv-pool | norm | jpeg [PART-OF-NAME …] | png | rows");
        return 2;
    }
}

GemmBench.Run(OpenBlas.Find(library), shapes);
return 0;
