namespace Descent;

/// <summary>Changes brightness, contrast, saturation and hue by random amounts, in random order.</summary>
/// <param name="brightness">The factor lies in [1 − brightness, 1 + brightness], and is at least 0.</param>
/// <param name="contrast">The factor lies in [1 − contrast, 1 + contrast], and is at least 0.</param>
/// <param name="saturation">The factor lies in [1 − saturation, 1 + saturation], and is at least 0.</param>
/// <param name="hue">The turn lies in [−hue, hue] of the whole circle; in [0, ½].</param>
/// <remarks>Grey images have brightness and contrast alone. As torchvision's.</remarks>
public sealed class ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0) : PhotometricTransform
{
    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        Span<int> order = [0, 1, 2, 3];
        for (int i = 3; i > 0; i--)
        {
            int j = draw.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        Span<double> amounts = [Factor(brightness, ref draw), Factor(contrast, ref draw), Factor(saturation, ref draw), draw.Uniform(-hue, hue)];
        bool hasColor = from.Channels >= 3, changed = false;
        foreach (int which in order)
        {
            bool applies = which switch { 0 => brightness > 0, 1 => contrast > 0, 2 => hasColor && saturation > 0, _ => hasColor && hue > 0 };
            if (!applies)
            {
                continue;
            }

            // Each of the four may work in place.
            Planes source = changed ? to : from;
            switch (which)
            {
                case 0: Brightness.Adjust(source, to, amounts[0]); break;
                case 1: Contrast.Adjust(source, to, amounts[1]); break;
                case 2: Saturation.Adjust(source, to, amounts[2]); break;
                default: Hue.Adjust(source, to, amounts[3]); break;
            }

            changed = true;
        }

        return changed;
    }

    /// <inheritdoc/>
    public override string ToString() => $"jitter:{Text(brightness)}-{Text(contrast)}-{Text(saturation)}-{Text(hue)}";

    private static double Factor(double amount, ref TransformDraw draw) => draw.Uniform(Math.Max(0, 1 - amount), 1 + amount);
}
