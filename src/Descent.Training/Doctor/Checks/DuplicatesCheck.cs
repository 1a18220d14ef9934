using System.Security.Cryptography;

namespace Descent;

/// <summary>Samples that training sees and that are tested on as well, which makes a test say more than is true.</summary>
/// <remarks>
/// Exact ones by a hash of their bytes. Images that were only brightened, saved again or resized a little by the 64 signs of differences between
/// neighbours of a 9×8 picture of theirs, and then by their pixels. Barz and Denzler, "Do We Train on Test Data?", J. Imaging 2020.
/// </remarks>
public sealed class DuplicatesCheck() : DoctorCheck("duplicates", "the part of held-out samples that are training samples too", isQuick: false)
{
    /// <summary>Samples of each set at most: a second's work.</summary>
    private const int Most = 20_000;

    /// <summary>Mean difference of the pixels of two copies, brightness apart, by that of one of them from its own mean.</summary>
    private const double Near = 0.05;

    private const double Tolerated = 1e-3, ToleratedNear = 1e-2, Many = 0.05;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        if (subject.Training.InputType != DType.F32 || !subject.HeldOut.Any())
        {
            return null;
        }

        IDataset training = DoctorSubject.Spread(subject.Training, Most);
        bool areImages = !training.HoldsNumbers && training.ImageShape.Rank == 3;
        var known = new HashSet<string>();
        var pictures = new Dictionary<ulong, List<int>>();
        for (int i = 0; i < training.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            known.Add(Hash(training, i));
            if (areImages && Picture(Inputs.Bytes(training, i), training.ImageShape) is { } picture)
            {
                (pictures.TryGetValue(picture, out List<int>? alike) ? alike : pictures[picture] = []).Add(i);
            }
        }

        double worst = 0;
        bool isMuch = false;
        string says = "No held-out sample is a training sample.";
        foreach ((string name, IDataset data) in subject.HeldOut)
        {
            IDataset heldOut = DoctorSubject.Spread(data, Most);
            int exact = 0, near = 0;
            for (int i = 0; i < heldOut.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (known.Contains(Hash(heldOut, i)))
                {
                    exact++;
                }
                else if (areImages && IsNear(heldOut, i, training, pictures))
                {
                    near++;
                }
            }

            double part = (double)(exact + near) / heldOut.Count;
            isMuch |= exact > Tolerated * heldOut.Count || part > ToleratedNear;
            if (part > worst)
            {
                worst = part;
                says = $"{Percent(part)} of the {name} set are training samples too: {exact} exactly, {near} nearly, of {heldOut.Count} looked at.";
            }
        }

        const string advice = "Remove them from one of the two: a result on samples that were learned by heart says nothing of new ones.";
        return worst > Many ? Fail(worst, says, advice) : isMuch ? Warn(worst, says, advice) : Ok(worst, says);
    }

    private static string Hash(IDataset data, int index) => Convert.ToHexString(SHA256.HashData(data.HoldsNumbers
        ? System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.Numbers(index))
        : Inputs.Bytes(data, index)));

    private static bool IsNear(IDataset data, int index, IDataset training, Dictionary<ulong, List<int>> pictures)
    {
        byte[] pixels = Inputs.Bytes(data, index);
        return Picture(pixels, data.ImageShape) is { } picture && pictures.TryGetValue(picture, out List<int>? alike)
            && alike.Any(i => Distance(pixels, Inputs.Bytes(training, i)) < Near);
    }

    /// <summary>By how much two images differ, brightness apart, beside what there is to see in the first.</summary>
    private static double Distance(byte[] a, byte[] b)
    {
        double mean = 0, shift = 0, difference = 0, spread = 0;
        for (int i = 0; i < a.Length; i++)
        {
            mean += (double)a[i] / a.Length;
            shift += (double)(a[i] - b[i]) / a.Length;
        }

        for (int i = 0; i < a.Length; i++)
        {
            difference += Math.Abs(a[i] - b[i] - shift);
            spread += Math.Abs(a[i] - mean);
        }

        return spread > 0 ? difference / spread : 0;
    }

    /// <summary>Signs of the differences between neighbours in a row of a 9×8 picture; null of an image too flat to tell.</summary>
    private static ulong? Picture(byte[] pixels, Shape shape)
    {
        const int rows = 8, columns = 9, enough = 8;
        int channels = shape[0], height = shape[1], width = shape[2];
        Span<double> small = stackalloc double[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                int top = r * height / rows, bottom = Math.Max(top + 1, (r + 1) * height / rows);
                int left = c * width / columns, right = Math.Max(left + 1, (c + 1) * width / columns);
                double sum = 0;
                for (int channel = 0; channel < channels; channel++)
                {
                    for (int y = top; y < Math.Min(bottom, height); y++)
                    {
                        for (int x = left; x < Math.Min(right, width); x++)
                        {
                            sum += pixels[(((channel * height) + y) * width) + x];
                        }
                    }
                }

                small[(r * columns) + c] = sum / (channels * (bottom - top) * (right - left));
            }
        }

        ulong signs = 0;
        int differing = 0;
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c + 1 < columns; c++)
            {
                double difference = small[(r * columns) + c + 1] - small[(r * columns) + c];
                differing += Math.Abs(difference) > 1 ? 1 : 0;
                signs = (signs << 1) | (difference > 0 ? 1UL : 0UL);
            }
        }

        return differing >= enough ? signs : null;
    }
}
