using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>The grey of a colour: <c>0.2989 R + 0.587 G + 0.114 B</c>, rounded down as torchvision does.</summary>
internal static class Luma
{
    /// <summary>Writes the grey of one row; of an image without colours the row itself.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Write(Planes image, int y, Span<byte> grey)
    {
        if (image.Channels < 3)
        {
            image.Row(0, y).CopyTo(grey);
            return;
        }

        ReadOnlySpan<byte> red = image.Row(0, y)[..grey.Length], green = image.Row(1, y)[..grey.Length], blue = image.Row(2, y)[..grey.Length];
        for (int x = 0; x < grey.Length; x++)
        {
            grey[x] = (byte)Of(red[x], green[x], blue[x]);
        }
    }

    /// <summary>The grey of one colour, not rounded.</summary>
    [MethodImpl(Jit.Inline)]
    public static float Of(float red, float green, float blue) => (0.2989f * red) + (0.587f * green) + (0.114f * blue);
}
