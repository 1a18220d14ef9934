namespace Descent.Kernels.Tests;

internal static class GuardedBufferSamples
{
    /// <summary>Fills with reproducible values in [-1, 1).</summary>
    public static GuardedBuffer Randomise(this GuardedBuffer buffer, int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in buffer.Span)
        {
            value = (float)(random.NextDouble() * 2 - 1);
        }

        return buffer;
    }
}
