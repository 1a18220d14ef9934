namespace Descent.Benchmarks;

/// <summary>All that was measured of one case.</summary>
/// <param name="LossError">The largest difference of ten losses, as a part of the largest; null where no peer trains.</param>
/// <param name="LogitError">The same of the logits; null without peers.</param>
/// <param name="Valid">False where the sides do not compute the same; then nothing was timed.</param>
internal sealed record CaseResult(Case Case, long Parameters, double? LossError, double? LogitError, bool Valid)
{
    public const string Descent = "Descent", PyTorch = "PyTorch", OnnxRuntime = "ONNX Runtime";

    public IReadOnlyDictionary<Measure, IReadOnlyList<Timing>> Timings { get; init; } = new Dictionary<Measure, IReadOnlyList<Timing>>();

    /// <summary>Managed bytes that the whole process allocates per training step.</summary>
    public double AllocatedBytesPerStep { get; init; }

    public long PeakBytes { get; init; }

    public long? PyTorchPeakBytes { get; init; }

    /// <summary>Descent's images per second in training, as a part of PyTorch's.</summary>
    public double? TrainRatio => Inverse(Time(Measure.Train, Descent) / Time(Measure.Train, PyTorch));

    /// <summary>Descent's images per second in inference, as a part of ONNX Runtime's.</summary>
    public double? InferenceRatio => Inverse(Time(Measure.Infer, Descent) / Time(Measure.Infer, OnnxRuntime));

    /// <summary>Descent's time for one image, as a part of ONNX Runtime's.</summary>
    public double? LatencyRatio => Time(Measure.InferOne, Descent) / Time(Measure.InferOne, OnnxRuntime);

    /// <summary>Descent's peak memory in training, as a part of PyTorch's.</summary>
    public double? MemoryRatio => (double)PeakBytes / PyTorchPeakBytes;

    /// <summary>Floating-point operations that a training step needs, as a part of what one core can do in its time.</summary>
    public double? FmaFraction(double peakFlops) => Rate(Measure.Train, Descent) * Case.Flops(training: true) / peakFlops;

    public Timing? Of(Measure measure, string side) => Timings.GetValueOrDefault(measure)?.FirstOrDefault(t => t.Side == side);

    /// <summary>Images per second.</summary>
    public double? Rate(Measure measure, string side) => measure.Batch(Case) / Time(measure, side);

    private double? Time(Measure measure, string side) => Of(measure, side)?.Seconds;

    private static double? Inverse(double? value) => 1 / value;
}
