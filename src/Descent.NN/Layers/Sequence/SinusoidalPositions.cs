namespace Descent;

/// <summary>
/// Adds to each position of a sequence waves of many lengths: <c>y[t, 2i] = x[t, 2i] + sin(t / 10000^(2i/D))</c>, and the cosine at 2i + 1.
/// </summary>
/// <remarks>
/// Shapes: x (N, T, D), any T → same. Nothing is learned. Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.5.
/// </remarks>
/// <param name="width">D; where it is odd the last wave is a sine without its cosine.</param>
/// <exception cref="ArgumentOutOfRangeException">The width is not above 0.</exception>
public sealed partial class SinusoidalPositions(int width) : Layer
{
    private const double LongestWave = 10_000;

    private readonly int _width = Require.Positive(width);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is no sequence of this width.</exception>
    public override Tensor Forward(Tensor x)
    {
        Sequences.MustBe(x, nameof(SinusoidalPositions), _width);
        return x + Tensor.From(Waves(x.Shape[1], _width), new(x.Shape[1], _width), x.Device).To(x.DType);
    }

    private static float[] Waves(int steps, int width)
    {
        float[] waves = new float[steps * width];
        for (int t = 0; t < steps; t++)
        {
            for (int i = 0; i < width; i++)
            {
                double angle = t / Math.Pow(LongestWave, (double)(i - (i % 2)) / width);
                waves[(t * width) + i] = (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return waves;
    }
}
