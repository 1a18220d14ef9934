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
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw) => Run(from, to, outside: 0, movesAlone: false, ref draw);

    /// <inheritdoc/>
    public override bool ApplyToLabels(Planes from, Planes to, ref TransformDraw draw) =>
        Run(from, to, Augmentation.IgnoreIndex, movesAlone: true, ref draw);

    /// <inheritdoc/>
    public override string ToString() => $"randaugment:{count}-{magnitude}";

    /// <summary>All changes that are drawn, or of them those that move pixels.</summary>
    private bool Run(Planes from, Planes to, byte outside, bool movesAlone, ref TransformDraw draw)
    {
        byte[]? rented = null;
        bool changed = false;
        double part = (double)magnitude / MostMagnitude;
        for (int i = 0; i < count; i++)
        {
            int kind = draw.Next(Kinds);
            double signed = draw.Next(2) == 0 ? part : -part;
            AffineMap? map = MapOf(kind, signed, from.Height, from.Width);
            if (kind == 0 || (movesAlone && map is null))
            {
                continue;
            }

            Planes source = from;
            if (changed)
            {
                // Changes read one image and write another.
                int size = to.Channels * to.Height * to.Width;
                rented ??= System.Buffers.ArrayPool<byte>.Shared.Rent(size);
                source = new Planes(rented.AsSpan(0, size), to.Channels, to.Height, to.Width);
                to.CopyTo(source);
            }

            if (map is { } moves)
            {
                moves.Run(source, to, Resampling.Nearest, outside);
            }
            else
            {
                Adjust(kind, signed, part, source, to);
            }

            changed = true;
        }

        if (rented is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }

        return changed;
    }

    private static AffineMap? MapOf(int kind, double signed, int height, int width)
    {
        return kind switch
        {
            1 => new(0, shearX: Slant(signed), centerX: -0.5 * width, centerY: -0.5 * height),
            2 => new(0, shearY: Slant(signed), centerX: -0.5 * width, centerY: -0.5 * height),
            3 => new(0, translateX: Math.Truncate(signed * 150 / 331 * width)),
            4 => new(0, translateY: Math.Truncate(signed * 150 / 331 * height)),
            5 => new(-30 * signed),
            _ => null,
        };

        static double Slant(double amount) => double.RadiansToDegrees(Math.Atan(0.3 * amount));
    }

    private static void Adjust(int kind, double signed, double part, Planes from, Planes to)
    {
        switch (kind)
        {
            case 6: Brightness.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 7: Saturation.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 8: Contrast.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 9: Sharpness.Adjust(from, to, 1 + (0.9 * signed)); break;
            case 10: Posterize.Adjust(from, to, 8 - (int)Math.Round(4 * part)); break;
            case 11: Solarize.Adjust(from, to, 255 * (1 - part)); break;
            case 12: AutoContrast.Adjust(from, to); break;
            default: Equalize.Adjust(from, to); break;
        }
    }
}
