namespace Descent;

/// <summary>Whether inputs, as the network sees them, are centred and of a deviation near 1.</summary>
/// <remarks>LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.3.</remarks>
public sealed class NormalisationCheck() : DoctorCheck("normalisation", "mean and deviation of what the network sees", isQuick: true)
{
    private const int Samples = 256;
    private const double Smallest = 0.1, Largest = 10;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        IDataset sample = subject.Sample(Samples);
        if (sample.InputType != DType.F32)
        {
            return null;
        }

        double mean = 0, deviation = 0;
        foreach ((Tensor inputs, Tensor _) in sample.InOrder(sample.Count))
        {
            (mean, deviation) = (inputs.Mean().Item(), inputs.StandardDeviation(unbiased: false).Item());
        }

        string says = $"Inputs have mean {Short(mean)} and deviation {Short(deviation)}.";
        return Math.Abs(mean) > Math.Max(deviation, Smallest) || deviation is < Smallest or > Largest
            ? Warn(deviation, says, "Subtract the mean and divide by the deviation of the training set: leave the preprocessing of the data set as it is by default.")
            : Ok(deviation, says);
    }
}
