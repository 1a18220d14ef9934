using System.Numerics;

namespace Descent;

/// <summary>A change that mixes the images of a batch and their targets: classes of images become probabilities.</summary>
/// <remarks>What it draws depends on seed, epoch and batch alone. Each image meets the one before it in the batch, whose order is random.</remarks>
public abstract class BatchMix
{
    /// <summary>True where each pixel comes from one image, so that the classes of pixels can move with them (<see cref="ApplyToLabels"/>).</summary>
    public virtual bool MovesPixels => false;

    /// <summary>Mixes in place.</summary>
    /// <param name="images">Numbers of the images, as networks take them, image after image.</param>
    /// <param name="targets">Probability of each class, image after image.</param>
    /// <param name="count">Images.</param>
    /// <param name="shape">Shape (C, H, W) of one image.</param>
    /// <param name="draw">Where chance comes from.</param>
    public abstract void Apply(Span<float> images, Span<float> targets, int count, Shape shape, ref TransformDraw draw);

    /// <summary>Mixes in place what has a class for each pixel.</summary>
    /// <param name="images">Numbers of the images, as networks take them, image after image.</param>
    /// <param name="labels">The class of each pixel, image after image.</param>
    /// <param name="count">Images.</param>
    /// <param name="shape">Shape (C, H, W) of one image.</param>
    /// <param name="draw">Where chance comes from.</param>
    /// <exception cref="NotSupportedException">It does not move whole pixels (<see cref="MovesPixels"/>).</exception>
    public virtual void ApplyToLabels(Span<float> images, Span<int> labels, int count, Shape shape, ref TransformDraw draw) =>
        throw new NotSupportedException($"{this} blends images, so that their pixels have no class.");

    /// <summary>The text that <see cref="Augmentation.Parse"/> reads back.</summary>
    public abstract override string ToString();

    /// <summary><c>x[i] = λ·x[i] + (1 − λ)·x[i − 1]</c> for all rows at once; the first row meets the last.</summary>
    private protected static void BlendRows(Span<float> x, int rows, double lambda)
    {
        int size = x.Length / rows;
        float own = (float)lambda, other = (float)(1 - lambda);
        float[] last = System.Buffers.ArrayPool<float>.Shared.Rent(size);
        x[((rows - 1) * size)..].CopyTo(last);
        for (int i = rows - 1; i >= 0; i--)
        {
            Span<float> row = x.Slice(i * size, size);
            ReadOnlySpan<float> partner = i == 0 ? last.AsSpan(0, size) : x.Slice((i - 1) * size, size);
            Blend(row, partner, own, other);
        }

        System.Buffers.ArrayPool<float>.Shared.Return(last);
    }

    private static void Blend(Span<float> x, ReadOnlySpan<float> partner, float own, float other)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((new Vector<float>(x[i..]) * own) + (new Vector<float>(partner[i..]) * other)).CopyTo(x[i..]);
        }

        for (; i < x.Length; i++)
        {
            x[i] = (x[i] * own) + (partner[i] * other);
        }
    }
}
