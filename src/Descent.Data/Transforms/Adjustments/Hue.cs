using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Turns the colours of an image around the circle of hues. An image without colours stays as it is.</summary>
internal static class Hue
{
    /// <param name="turn">Part of the circle, in [−½, ½].</param>
    /// <param name="from">RGB.</param>
    /// <param name="to">May be the same memory.</param>
    [MethodImpl(Jit.Hot)]
    public static void Adjust(Planes from, Planes to, double turn)
    {
        if (from.Channels < 3)
        {
            from.CopyTo(to);
            return;
        }

        for (int y = 0; y < from.Height; y++)
        {
            int width = from.Width;
            ReadOnlySpan<byte> red = from.Row(0, y), green = from.Row(1, y)[..width], blue = from.Row(2, y)[..width];
            Span<byte> r = to.Row(0, y)[..width], g = to.Row(1, y)[..width], b = to.Row(2, y)[..width];
            for (int x = 0; x < red.Length; x++)
            {
                (r[x], g[x], b[x]) = Turned(red[x] / 255f, green[x] / 255f, blue[x] / 255f, (float)turn);
            }
        }
    }

    private static (byte R, byte G, byte B) Turned(float r, float g, float b, float turn)
    {
        float most = Math.Max(r, Math.Max(g, b)), range = most - Math.Min(r, Math.Min(g, b));
        if (range == 0)
        {
            return (Byte(r), Byte(g), Byte(b));
        }

        // Hue as a place on six edges, from red over green and blue.
        float edge = most == r ? (g - b) / range : most == g ? 2 + ((b - r) / range) : 4 + ((r - g) / range);
        float hue = (edge / 6) + turn;
        hue = (hue - MathF.Floor(hue)) * 6;
        int sixth = Math.Min((int)hue, 5);
        float f = hue - sixth, s = range / most;
        float p = most * (1 - s), q = most * (1 - (s * f)), t = most * (1 - (s * (1 - f)));
        (r, g, b) = sixth switch
        {
            0 => (most, t, p),
            1 => (q, most, p),
            2 => (p, most, t),
            3 => (p, q, most),
            4 => (t, p, most),
            _ => (most, p, q),
        };
        return (Byte(r), Byte(g), Byte(b));
    }

    private static byte Byte(float part) => (byte)(Math.Clamp(part, 0, 1) * 255.999f);
}
