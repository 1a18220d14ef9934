namespace Descent;

/// <summary>A sequence, image or volume drawn larger or smaller, by a factor or to a size.</summary>
/// <remarks>
/// Shapes: x (N, C, …) → y (N, C, ⌊scaleFactor·n⌋…), or (N, C, size…). Nearest, or linear: bilinear in images, trilinear in volumes. By a
/// factor the places read lie 1 / scaleFactor apart, as PyTorch's. All else as
/// <see cref="Tensor.Interpolate(ReadOnlySpan{int}, InterpolationMode, bool)"/>.
/// </remarks>
/// <param name="scaleFactor">Above 0, the same for each axis; either it or the size is given.</param>
/// <param name="size">Of the axes behind the channels.</param>
/// <param name="mode">Nearest or linear.</param>
/// <param name="alignCorners">Whether the first and last elements of both images stand at the same places; linear only.</param>
/// <exception cref="ArgumentException">Not one of factor and size is given, or corners are to be aligned in nearest mode.</exception>
/// <exception cref="ArgumentOutOfRangeException">The factor is not a number above 0.</exception>
public sealed partial class Upsample(
    double? scaleFactor = null, PerAxis? size = null, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false) : Layer
{
    private readonly double? _scaleFactor = (scaleFactor is null) == (size is null)
        ? throw new ArgumentException("Upsample takes either a scaleFactor or a size.", nameof(size))
        : scaleFactor is not { } factor || (factor > 0 && double.IsFinite(factor))
            ? scaleFactor
            : throw new ArgumentOutOfRangeException(nameof(scaleFactor), factor, "The factor must be a number above 0.");

    private readonly bool _alignCorners = mode == InterpolationMode.Linear || !alignCorners
        ? alignCorners
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

        if (_scaleFactor is not { } factor)
        {
            return x.Interpolate(size!.Value.Of(spatial, nameof(size)), mode, _alignCorners);
        }

        int[] sizes = [.. x.Shape.Sizes[2..].ToArray().Select(n => (int)Math.Floor(n * factor))];
        double[] steps = [.. sizes.Select(_ => 1 / factor)];
        return x.Interpolate(sizes, steps, mode, _alignCorners);
    }
}
