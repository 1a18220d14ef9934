namespace Descent;

/// <summary>Applies a few of fourteen changes, drawn evenly for each image, all with one strength.</summary>
/// <param name="count">Changes of each image, one after the other; at least 1.</param>
/// <param name="magnitude">Strength, from 0 to 30.</param>
/// <remarks>
/// Identity, shear and shift in x and y, rotation, brightness, colour, contrast, sharpness, posterise, solarise, autocontrast, equalise, with the
/// strengths of torchvision. Cubuk et al., "RandAugment: Practical automated data augmentation with a reduced search space", 2020.
/// </remarks>
public sealed class RandAugment(int count = 2, int magnitude = 9) : Transform
{
    private const int Kinds = 14, MostMagnitude = 30;

    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        byte[]? rented = null;
        bool changed = false;
        for (int i = 0; i < count; i++)
        {
            int kind = draw.Next(Kinds);
            double sign = draw.Next(2) == 0 ? 1 : -1;
            if (kind == 0)
            {
                continue;
            }

            if (changed)
            {
                // Changes read one image and write another.
                int size = to.Channels * to.Height * to.Width;
                rented ??= System.Buffers.ArrayPool<byte>.Shared.Rent(size);
                var before = new Planes(rented.AsSpan(0, size), to.Channels, to.Height, to.Width);
                to.CopyTo(before);
                Change(kind, sign, before, to);
            }
            else
            {
                Change(kind, sign, from, to);
                changed = true;
            }
        }

        if (rented is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }

        return changed;
    }

    /// <inheritdoc/>
    public override string ToString() => $"randaugment:{count}-{magnitude}";

    private void Change(int kind, double sign, Planes from, Planes to)
    {
        double part = (double)magnitude / MostMagnitude, signed = sign * part;
        switch (kind)
        {
            case 1: new AffineMap(0, shearX: Slant(signed), centerX: -0.5 * from.Width, centerY: -0.5 * from.Height).Run(from, to, Resampling.Nearest); break;
            case 2: new AffineMap(0, shearY: Slant(signed), centerX: -0.5 * from.Width, centerY: -0.5 * from.Height).Run(from, to, Resampling.Nearest); break;
            case 3: new AffineMap(0, translateX: Math.Truncate(signed * 150 / 331 * from.Width)).Run(from, to, Resampling.Nearest); break;
            case 4: new AffineMap(0, translateY: Math.Truncate(signed * 150 / 331 * from.Height)).Run(from, to, Resampling.Nearest); break;
            case 5: new AffineMap(-30 * signed).Run(from, to, Resampling.Nearest); break;
            case 6: Brightness.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 7: Saturation.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 8: Contrast.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 9: Sharpness.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 10: Posterize.Adjust(from, to, 8 - (int)Math.Round(4 * part)); break;
            case 11: Solarize.Adjust(from, to, 255 * (1 - part)); break;
            case 12: AutoContrast.Adjust(from, to); break;
            default: Equalize.Adjust(from, to); break;
        }

        static double Slant(double amount) => double.RadiansToDegrees(Math.Atan(0.3 * amount));
    }
}
