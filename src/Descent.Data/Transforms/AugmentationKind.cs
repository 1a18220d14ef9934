using System.Globalization;

namespace Descent;

/// <summary>A change that <see cref="Augmentation.Parse"/> knows: its name, the numbers it takes with their limits, and how it is made of them.</summary>
internal sealed record AugmentationKind(string Name, string Meaning, AugmentationKind.Number[] Numbers, Func<double[], object> Create)
{
    public static readonly AugmentationKind[] All =
    [
        new("flip", "mirror left for right", [new("P", 0, 1, 0.5)], n => new RandomHorizontalFlip(n[0])),
        new("vflip", "mirror top for bottom", [new("P", 0, 1, 0.5)], n => new RandomVerticalFlip(n[0])),
        new("crop", "shift by up to so many pixels, black at the edges", [new("PIXELS", 1, 1024, 4, IsWhole: true)], n => new RandomCrop((int)n[0])),
        new("reflect-crop", "shift by up to so many pixels, mirrored at the edges", [new("PIXELS", 1, 1024, 4, IsWhole: true)],
            n => new RandomCrop((int)n[0], reflect: true)),
        new("resized-crop", "scale up a part of at least that area", [new("AREA", 0.01, 1, 0.08)], n => new RandomResizedCrop(n[0])),
        new("rotate", "turn by up to so many degrees", [new("DEGREES", 0, 180, 15)], n => new RandomRotation(n[0])),
        new("affine", "turn, shift, scale and shear",
            [new("DEGREES", 0, 180, 10), new("SHIFT", 0, 1, 0.1), new("SCALE", 0, 0.99, 0.1), new("SHEAR", 0, 89, 0)],
            n => new RandomAffine(n[0], n[1], n[2], n[3])),
        new("jitter", "change brightness, contrast, saturation and hue",
            [new("B", 0, 10, 0.4), new("C", 0, 10, 0.4), new("S", 0, 10, 0.4), new("H", 0, 0.5, 0)],
            n => new ColorJitter(n[0], n[1], n[2], n[3])),
        new("gray", "take the colours out", [new("P", 0, 1, 0.1)], n => new RandomGrayscale(n[0])),
        new("erase", "fill a rectangle with the mean colour", [new("P", 0, 1, 0.5)], n => new RandomErasing(n[0])),
        new("cutout", "fill a square with the mean colour", [new("PIXELS", 1, 4096, 8, IsWhole: true)], n => new Cutout((int)n[0])),
        new("randaugment", "so many of fourteen changes, of a strength up to 30",
            [new("COUNT", 1, 14, 2, IsWhole: true), new("STRENGTH", 0, 30, 9, IsWhole: true)],
            n => new RandAugment((int)n[0], (int)n[1])),
        new("mixup", "lay images over each other, λ from Beta(α, α)", [new("ALPHA", 1e-3, 100, 0.2)], n => new Mixup(n[0])),
        new("cutmix", "paste a part of one image into another, its area from Beta(α, α)", [new("ALPHA", 1e-3, 100, 1)], n => new CutMix(n[0])),
    ];

    /// <summary>As help shows it: <c>crop[:PIXELS]</c>.</summary>
    public string Usage => $"{Name}[:{string.Join('-', Numbers.Select(number => number.Name))}]";

    /// <exception cref="ArgumentException">Numbers are missing, or out of their limits.</exception>
    public object Read(string? text)
    {
        string[] given = text?.Split('-') ?? [];
        if (given.Length > Numbers.Length)
        {
            throw new ArgumentException($"The augmentation '{Name}' takes {Usage}, not '{Name}:{text}'.");
        }

        double[] numbers = [.. Numbers.Select(number => number.Default)];
        for (int i = 0; i < given.Length; i++)
        {
            Number number = Numbers[i];
            numbers[i] = double.TryParse(given[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
                && value >= number.Least && value <= number.Most && (!number.IsWhole || value == Math.Floor(value))
                    ? value
                    : throw new ArgumentException(FormattableString.Invariant(
                        $"The augmentation '{Name}' takes {Usage}, {number.Name} {(number.IsWhole ? "a whole number " : "")}from {number.Least} to ")
                        + FormattableString.Invariant($"{number.Most}, not '{given[i]}'."));
        }

        return Create(numbers);
    }

    /// <summary>A number of a change.</summary>
    internal sealed record Number(string Name, double Least, double Most, double Default, bool IsWhole = false);
}
