using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Mixes an image with a blurred copy: <c>factor·x + (1 − factor)·blurred</c>; the outermost pixels stay as they are.</summary>
/// <remarks>The blur weighs the eight neighbours 1 and the pixel 5, by 13.</remarks>
internal static class Sharpness
{
    /// <param name="from">The image.</param>
    /// <param name="to">Other memory.</param>
    /// <param name="factor">1 leaves the image as it is.</param>
    [MethodImpl(Jit.Hot)]
    public static void Adjust(Planes from, Planes to, double factor)
    {
        from.CopyTo(to);
        float own = (float)factor, other = (float)(1 - factor);
        for (int c = 0; c < from.Channels; c++)
        {
            for (int y = 1; y < from.Height - 1; y++)
            {
                ReadOnlySpan<byte> above = from.Row(c, y - 1), row = from.Row(c, y), below = from.Row(c, y + 1);
                Span<byte> target = to.Row(c, y);
                for (int x = 1; x < row.Length - 1; x++)
                {
                    int sum = above[x - 1] + above[x] + above[x + 1] + row[x - 1] + (5 * row[x]) + row[x + 1] + below[x - 1] + below[x] + below[x + 1];
                    target[x] = (byte)Math.Clamp((own * row[x]) + (other * MathF.Round(sum / 13f)), 0, 255);
                }
            }
        }
    }
}
