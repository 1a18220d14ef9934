namespace Descent;

/// <summary>Inputs that are one number throughout, and positions that never change.</summary>
public sealed class ConstantInputsCheck() : DoctorCheck("constant-inputs", "the part of input positions that are the same in all samples", isQuick: true)
{
    private const int Samples = 500;
    private const double MostPositions = 0.9, MostInputs = 0.01;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        IDataset sample = subject.Sample(Samples);
        if (sample.InputType != DType.F32 || sample.Count < 2)
        {
            return null;
        }

        int size = checked((int)sample.ImageShape.Count), uniform = 0;
        float[]? first = null;
        bool[] varies = new bool[size];
        for (int i = 0; i < sample.Count; i++)
        {
            float[] input = Inputs.Raw(sample, i);
            first ??= input;
            bool isUniform = size > 1;
            for (int p = 0; p < size; p++)
            {
                varies[p] |= input[p] != first[p];
                isUniform &= input[p] == input[0];
            }

            uniform += isUniform ? 1 : 0;
        }

        double constant = (double)varies.Count(v => !v) / size, empty = (double)uniform / sample.Count;
        if (constant == 1)
        {
            return Fail(1, "All training samples that were looked at are equal.", "The inputs were read wrong, or the same file again and again.");
        }

        string says = $"{Percent(constant)} of the input positions never change, {Percent(empty)} of the inputs are one number throughout.";
        return constant > MostPositions || empty > MostInputs
            ? Warn(constant, says, "Look at some inputs ('descent data'): empty or unreadable images, or columns without information, teach nothing.")
            : Ok(constant, says);
    }
}
