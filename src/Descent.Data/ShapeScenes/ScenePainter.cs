using System.Numerics;

namespace Descent;

/// <summary>Draws a few discs, squares and triangles, some over others, on a dark ground with grain, and the mask that says what each pixel is.</summary>
internal static class ScenePainter
{
    /// <summary>Height and width of a picture, in pixels.</summary>
    internal const int Side = 32;

    /// <summary>Red, green, blue.</summary>
    internal const int Channels = 3;

    private const int Plane = Side * Side, MostShapes = 3;
    private const float Grain = 0.12f;

    /// <param name="random">The numbers of this picture.</param>
    /// <param name="pixels">3 × 32 × 32 bytes.</param>
    /// <param name="mask">32 × 32 classes: 0 ground, 1 disc, 2 square, 3 triangle.</param>
    internal static void Paint(Hand random, Span<byte> pixels, Span<byte> mask)
    {
        Span<float> colours = stackalloc float[(MostShapes + 1) * Channels];
        for (int i = 0; i < colours.Length; i++)
        {
            // The ground is darker than what lies on it; no colour tells one shape from another.
            colours[i] = i < Channels ? random.Between(0.05f, 0.4f) : random.Between(0.5f, 0.95f);
        }

        Span<byte> layer = stackalloc byte[Plane];
        int count = 1 + (int)(random.Unit() * MostShapes);
        for (int shape = 1; shape <= count; shape++)
        {
            byte kind = (byte)(1 + (int)(random.Unit() * 3));
            var centre = new Vector2(random.Between(5, Side - 5), random.Between(5, Side - 5));
            float radius = random.Between(4, 9);
            (float sin, float cos) = MathF.SinCos(random.Between(0, MathF.Tau));
            for (int i = 0; i < Plane; i++)
            {
                Vector2 p = new Vector2((i % Side) + 0.5f, (i / Side) + 0.5f) - centre;
                if (IsInside(kind, new((cos * p.X) + (sin * p.Y), (cos * p.Y) - (sin * p.X)), radius))
                {
                    (layer[i], mask[i]) = ((byte)shape, kind);
                }
            }
        }

        for (int i = 0; i < Plane; i++)
        {
            for (int c = 0; c < Channels; c++)
            {
                float value = colours[(layer[i] * Channels) + c] + random.Between(-Grain, Grain);
                pixels[(c * Plane) + i] = (byte)((255 * Math.Clamp(value, 0, 1)) + 0.5f);
            }
        }
    }

    private static bool IsInside(byte kind, Vector2 p, float radius) => kind switch
    {
        1 => p.LengthSquared() <= radius * radius,
        2 => MathF.Max(MathF.Abs(p.X), MathF.Abs(p.Y)) <= 0.8f * radius,
        // Equilateral: each side lies half the radius from the centre.
        _ => p.Y >= -radius / 2 && (0.8660254f * MathF.Abs(p.X)) + (p.Y / 2) <= radius / 2,
    };
}
