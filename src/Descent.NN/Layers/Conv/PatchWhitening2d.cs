namespace Descent;

/// <summary>
/// A fixed convolution that decorrelates small patches of images: their coordinates along the directions of the largest variance, each by its deviation,
/// and the same coordinates negated, so that a rectifier behind it loses nothing: <c>y = [W ∗ x, −W ∗ x]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W) → y (N, 2·components, H, W) for an odd kernel, with zeros around the image. The filters are a buffer: saved, and never
/// changed by an optimizer, so that training asks for no gradient at full size. Init: normal of deviation 1/√(channels·kernel²), until
/// <see cref="Fit"/> sets row i to <c>vᵢ / √(λᵢ + ε)</c> for the eigenvalues λ, the largest first, and eigenvectors v of the patches' second moments.
/// Coates and Ng, "Learning Feature Representations with K-Means", 2012, whiten patches so.
/// </remarks>
/// <param name="channels">Channels of the images.</param>
/// <param name="components">Directions that are kept, at most channels·kernel².</param>
/// <param name="kernel">Side of the patches, odd.</param>
/// <param name="rng">What the filters are drawn from before they are fitted.</param>
/// <param name="epsilon">ε, what directions without variance are divided by.</param>
/// <exception cref="ArgumentException">The kernel is even, or a patch has fewer numbers than components.</exception>
public sealed partial class PatchWhitening2d(int channels, int components, int kernel, Rng rng, double epsilon = 1e-3) : Layer
{
    /// <summary>Images whose patches are multiplied at once.</summary>
    private const int Chunk = 64;

    /// <summary>Shape (2·components, channels, kernel, kernel); the second half is the first, negated.</summary>
    public Buffer Weight { get; } = new(Filters(channels, components, kernel, rng));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, channels, H, W).</exception>
    public override Tensor Forward(Tensor x) => x.Conv2d(Weight, padding: kernel / 2);

    /// <summary>Sets the filters from the patches of training images.</summary>
    /// <param name="images">(N, channels, H, W), as the network will see them.</param>
    /// <exception cref="ShapeException">The images are smaller than a patch.</exception>
    /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
    public void Fit(Tensor images)
    {
        int size = channels * kernel * kernel;
        double[] moments = new double[size * size];
        long patches = 0;
        for (int start = 0; start < images.Shape[0]; start += Chunk)
        {
            Tensor part = images.Narrow(0, start, Math.Min(Chunk, images.Shape[0] - start));
            Tensor rows = part.Unfold(2, kernel, step: 1).Unfold(3, kernel, step: 1).Permute(0, 2, 3, 1, 4, 5).Reshape(-1, size);
            float[] products = rows.T.MatMul(rows).ToArray<float>();
            for (int i = 0; i < products.Length; i++)
            {
                moments[i] += products[i];
            }

            patches += rows.Shape[0];
        }

        (Tensor values, Tensor vectors) = Tensor.From<double>(Array.ConvertAll(moments, sum => sum / patches), new(size, size)).Eigh();
        double[] ascending = values.ToArray<double>(), columns = vectors.ToArray<double>();
        float[] filters = new float[2 * components * size];
        for (int row = 0; row < components; row++)
        {
            int column = size - 1 - row;
            double scale = 1 / Math.Sqrt(Math.Max(ascending[column], 0) + epsilon);
            for (int i = 0; i < size; i++)
            {
                float weight = (float)(columns[(i * size) + column] * scale);
                (filters[(row * size) + i], filters[((components + row) * size) + i]) = (weight, -weight);
            }
        }

        Weight.Write<float>(filters);
    }

    private static Tensor Filters(int channels, int components, int kernel, Rng rng)
    {
        int size = Require.Positive(channels) * Require.Positive(kernel) * kernel;
        if (kernel % 2 == 0 || Require.Positive(components) > size)
        {
            throw new ArgumentException(
                $"PatchWhitening2d: the kernel must be odd and the components no more than the {size} numbers of a patch, but they are {kernel} and {components}.");
        }

        Tensor half = Init.Normal(new(components, channels, kernel, kernel), 1 / Math.Sqrt(size), rng);
        return Tensor.Concat(0, half, -half);
    }
}
