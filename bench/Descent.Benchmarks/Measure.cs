namespace Descent.Benchmarks;

/// <summary>What is timed.</summary>
internal enum Measure
{
    Train,
    Infer,
    InferOne,
}

internal static class Measures
{
    /// <summary>As people read it.</summary>
    public static string Text(this Measure measure) => measure switch
    {
        Measure.Train => "train",
        Measure.Infer => "infer",
        _ => "one image",
    };

    /// <summary>The number of images of one iteration.</summary>
    public static int Batch(this Measure measure, Case of) => measure == Measure.InferOne ? 1 : of.Batch;
}
