namespace Descent;

/// <summary>A sequence, image or volume drawn larger or smaller, by a factor or to a size.</summary>
/// <remarks>
/// Shapes: x (N, C, …) → y (N, C, ⌊factor·n⌋…), or (N, C, size…). Nearest, or linear: bilinear in images, trilinear in volumes. By a factor the
/// places read lie 1 / factor apart, as PyTorch's. All else as <see cref="Tensor.Interpolate(ReadOnlySpan{int}, InterpolationMode, bool)"/>.
/// </remarks>
public sealed partial class Upsample : Layer
{
    private readonly double? _scaleFactor;
    private readonly PerAxis? _size;
    private readonly InterpolationMode _mode;
    private readonly bool _alignCorners;

    /// <summary>By a factor, the same for each axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not a number above 0.</exception>
    /// <exception cref="ArgumentException">Corners are to be aligned in nearest mode.</exception>
    public Upsample(double scaleFactor, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false)
        : this(mode, alignCorners) => _scaleFactor = scaleFactor > 0 && double.IsFinite(scaleFactor)
            ? scaleFactor
            : throw new ArgumentOutOfRangeException(nameof(scaleFactor), scaleFactor, "The factor must be a number above 0.");

    /// <summary>To a size: one number for all axes, or one for each.</summary>
    /// <exception cref="ArgumentException">Corners are to be aligned in nearest mode.</exception>
    public Upsample(PerAxis size, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false)
        : this(mode, alignCorners) => _size = size;

    private Upsample(InterpolationMode mode, bool alignCorners) => (_mode, _alignCorners) = mode == InterpolationMode.Linear || !alignCorners
        ? (mode, alignCorners)
        : throw new ArgumentException("Corners are aligned in linear mode alone; nearest reads whole elements.", nameof(alignCorners));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has not one, two or three axes behind the channels, or nothing would be left of one.</exception>
    public override Tensor Forward(Tensor x)
    {
        int spatial = x.Rank - 2;
        if (spatial is < 1 or > 3)
        {
            throw new ShapeException($"Upsample: input must be (N, C, L), (N, C, H, W) or (N, C, D, H, W), but it is {x.Type}.");
        }

        if (_size is { } size)
        {
            return x.Interpolate(size.Of(spatial, nameof(size)), _mode, _alignCorners);
        }

        double factor = _scaleFactor!.Value;
        int[] sizes = [.. x.Shape.Sizes[2..].ToArray().Select(n => (int)Math.Floor(n * factor))];
        double[] steps = [.. sizes.Select(_ => 1 / factor)];
        return x.Interpolate(sizes, steps, _mode, _alignCorners);
    }
}
