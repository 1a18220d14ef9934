using Descent.Kernels;

namespace Descent;

/// <summary>The built-in data set with masks: discs, squares and triangles in colour, 3 × 32 × 32 pixels, each pixel with its class.</summary>
/// <remarks>Endless, offline, and the same for the same stream of random numbers, whatever the number of threads.</remarks>
public static class ShapeScenes
{
    internal static readonly string[] ClassNames = ["ground", "disc", "square", "triangle"];

    /// <summary>Draws a training and a test set.</summary>
    /// <param name="rng">Its stream <c>shapes</c> makes one draw for each set.</param>
    /// <param name="trainCount">Pictures in the training set, at least 1.</param>
    /// <param name="testCount">Pictures in the test set, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1, or the pictures do not fit into an array of 2 GiB.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(Rng rng, int trainCount = 2_000, int testCount = 400)
    {
        Rng stream = rng.Stream("shapes");
        ImageDataset train = Draw(stream, trainCount, null);
        return (train, Draw(stream, testCount, train.Preprocessing));
    }

    private static ImageDataset Draw(Rng stream, int count, Preprocessing? preprocessing)
    {
        const int Plane = ScenePainter.Side * ScenePainter.Side, Size = ScenePainter.Channels * Plane;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / Size);
        RandomStep step = stream.NextStep();
        byte[] pixels = new byte[count * Size], masks = new byte[count * Plane];
        Parallel.For(0, count, i => ScenePainter.Paint(new Hand(step, i), pixels.AsSpan(i * Size, Size), masks.AsSpan(i * Plane, Plane)));
        return new(
            new(ScenePainter.Channels, ScenePainter.Side, ScenePainter.Side), pixels, masks, ClassNames, preprocessing,
            labelShape: new(ScenePainter.Side, ScenePainter.Side));
    }
}
