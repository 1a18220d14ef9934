using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>A channels-last image with its padding around it, in scratch.</summary>
/// <param name="Shape">The convolution that pads.</param>
/// <param name="Reach">Floats after the last row that vectors may touch.</param>
internal readonly unsafe record struct PaddedImage(Conv2dShape Shape, int Reach)
{
    /// <summary>Distance of rows.</summary>
    public nint Pitch => (nint)Shape.PaddedW * Shape.C;

    /// <summary>Scratch for so many rows.</summary>
    public nint Floats(int rows) => ((rows * Pitch) + Reach + 15) / 16 * 16;

    private bool HasNoPadding => (Shape.PadTop, Shape.PadLeft, Shape.PadBottom, Shape.PadRight) == (0, 0, 0, 0);

    /// <summary>Copies rows [<paramref name="first"/>, <paramref name="last"/>) of the padded image.</summary>
    [MethodImpl(Jit.Hot)]
    public void Copy(float* image, float* scratch, int first, int last)
    {
        if (HasNoPadding)
        {
            int count = (int)((last - first) * Pitch);
            new ReadOnlySpan<float>(image + (first * Pitch), count).CopyTo(new Span<float>(scratch, count));
            new Span<float>(scratch + count, Reach).Clear();
            return;
        }
        nint before = Shape.PadLeft * (nint)Shape.C, middle = Shape.W * (nint)Shape.C, after = Pitch - before - middle;
        for (int row = first; row < last; row++, scratch += Pitch)
        {
            int h = row - Shape.PadTop;
            if (h < 0 || h >= Shape.H)
            {
                new Span<float>(scratch, (int)Pitch).Clear();
                continue;
            }
            new Span<float>(scratch, (int)before).Clear();
            new ReadOnlySpan<float>(image + (h * middle), (int)middle).CopyTo(new Span<float>(scratch + before, (int)middle));
            new Span<float>(scratch + before + middle, (int)after).Clear();
        }
        new Span<float>(scratch, Reach).Clear();
    }

    /// <summary>Copies the image out of its padding.</summary>
    [MethodImpl(Jit.Hot)]
    public void CopyBack(float* scratch, float* image)
    {
        if (HasNoPadding)
        {
            new ReadOnlySpan<float>(scratch, Shape.H * (int)Pitch).CopyTo(new Span<float>(image, Shape.H * (int)Pitch));
            return;
        }
        nint middle = Shape.W * (nint)Shape.C;
        float* from = scratch + (Shape.PadTop * Pitch) + (Shape.PadLeft * (nint)Shape.C);
        for (int h = 0; h < Shape.H; h++, from += Pitch, image += middle)
        {
            new ReadOnlySpan<float>(from, (int)middle).CopyTo(new Span<float>(image, (int)middle));
        }
    }
}
