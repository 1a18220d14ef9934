using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Mixes an image with its greys: <c>factor·x + (1 − factor)·grey</c>. An image without colours stays as it is.</summary>
internal static class Saturation
{
    /// <summary>May work in place.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Adjust(Planes from, Planes to, double factor)
    {
        if (from.Channels < 3)
        {
            from.CopyTo(to);
            return;
        }

        float own = (float)factor, other = (float)(1 - factor);
        for (int y = 0; y < from.Height; y++)
        {
            int width = from.Width;
            ReadOnlySpan<byte> red = from.Row(0, y), green = from.Row(1, y)[..width], blue = from.Row(2, y)[..width];
            Span<byte> r = to.Row(0, y)[..width], g = to.Row(1, y)[..width], b = to.Row(2, y)[..width];
            for (int x = 0; x < red.Length; x++)
            {
                float grey = other * (byte)Luma.Of(red[x], green[x], blue[x]);
                (r[x], g[x], b[x]) = (Mixed(red[x], grey), Mixed(green[x], grey), Mixed(blue[x], grey));
            }
        }

        byte Mixed(byte x, float grey) => (byte)Math.Clamp((own * x) + grey, 0, 255);
    }
}
