using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Copies rows of one group's channels into scratch, densely and with zero pixels at both ends.</summary>
/// <param name="Before">Zero pixels before a row.</param>
/// <param name="After">Zero pixels after a row.</param>
/// <param name="Source">The image, with all its channels.</param>
/// <param name="Channels">Channels of a group.</param>
internal readonly unsafe record struct ColumnPadding(int Before, int After, ImageSize Source, int Channels)
{
    /// <summary>Distance of copied rows.</summary>
    public nint Pitch => ((nint)Before + Source.W + After) * Channels;

    /// <summary>
    /// Copies rows [<paramref name="row"/>, <paramref name="end"/>); returns where pixel (0, 0) is, or would be if it were copied.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public float* Copy(float* source, float* scratch, int row, int end)
    {
        nint before = Before * (nint)Channels, after = After * (nint)Channels, middle = Source.W * (nint)Channels;
        float* to = scratch;
        for (int h = row; h < end; h++)
        {
            new Span<float>(to, (int)before).Clear();
            to += before;
            float* from = source + ((nint)h * Source.W * Source.C);
            if (Channels == Source.C)
            {
                new ReadOnlySpan<float>(from, (int)middle).CopyTo(new Span<float>(to, (int)middle));
                to += middle;
            }
            else
            {
                for (int w = 0; w < Source.W; w++, to += Channels, from += Source.C)
                {
                    new ReadOnlySpan<float>(from, Channels).CopyTo(new Span<float>(to, Channels));
                }
            }
            new Span<float>(to, (int)after).Clear();
            to += after;
        }
        return scratch - (row * Pitch) + before;
    }
}
