using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Where each pixel of a result comes from: a rotation, scaling, shear and shift of the plane, around a point.</summary>
/// <remarks>
/// Coordinates are those of torchvision: x to the right and y downwards, measured from the middle of the image. The map is the inverse of
/// <c>T·C·R·Sx·Sy·C⁻¹</c>: shift T, centre C, rotation R with scale, shears.
/// </remarks>
internal readonly struct AffineMap
{
    private readonly double _xx, _xy, _x0, _yx, _yy, _y0;

    /// <param name="angle">Degrees, clockwise.</param>
    /// <param name="translateX">Pixels to the right.</param>
    /// <param name="translateY">Pixels down.</param>
    /// <param name="scale">Above 0.</param>
    /// <param name="shearX">Degrees, parallel to x.</param>
    /// <param name="shearY">Degrees, parallel to y.</param>
    /// <param name="centerX">The point that rotation and shear leave where it is, from the middle.</param>
    /// <param name="centerY">Its other coordinate.</param>
    public AffineMap(
        double angle, double translateX = 0, double translateY = 0, double scale = 1, double shearX = 0, double shearY = 0,
        double centerX = 0, double centerY = 0)
    {
        double rotation = double.DegreesToRadians(angle), sx = double.DegreesToRadians(shearX), sy = double.DegreesToRadians(shearY);
        double a = Math.Cos(rotation - sy) / Math.Cos(sy), b = (-a * Math.Tan(sx)) - Math.Sin(rotation);
        double c = Math.Sin(rotation - sy) / Math.Cos(sy), d = (-c * Math.Tan(sx)) + Math.Cos(rotation);
        (_xx, _xy, _yx, _yy) = (d / scale, -b / scale, -c / scale, a / scale);
        _x0 = centerX - (_xx * (centerX + translateX)) - (_xy * (centerY + translateY));
        _y0 = centerY - (_yx * (centerX + translateX)) - (_yy * (centerY + translateY));
    }

    /// <summary>Writes the mapped image.</summary>
    /// <param name="from">The image.</param>
    /// <param name="to">Where it is written.</param>
    /// <param name="resampling">Nearest or bilinear.</param>
    /// <param name="outside">What stands outside of the image.</param>
    public void Run(Planes from, Planes to, Resampling resampling, byte outside)
    {
        double halfWidth = (from.Width * 0.5) - 0.5, halfHeight = (from.Height * 0.5) - 0.5;
        for (int y = 0; y < to.Height; y++)
        {
            // Where the first pixel of the row comes from, in pixels of the other image.
            double v = y - halfHeight, x0 = (_xy * v) + _x0 + halfWidth - (_xx * halfWidth), y0 = (_yy * v) + _y0 + halfHeight - (_yx * halfWidth);
            for (int c = 0; c < to.Channels; c++)
            {
                if (resampling == Resampling.Nearest)
                {
                    Nearest(from.Plane(c), from.Height, from.Width, from.RowStride, to.Row(c, y), y0, x0, outside);
                }
                else
                {
                    Blend(from.Plane(c), from.Height, from.Width, from.RowStride, to.Row(c, y), y0, x0, outside);
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private void Nearest(ReadOnlySpan<byte> plane, int height, int width, int stride, Span<byte> row, double y0, double x0, byte outside)
    {
        for (int x = 0; x < row.Length; x++)
        {
            int nearX = (int)Math.Round((_xx * x) + x0), nearY = (int)Math.Round((_yx * x) + y0);
            row[x] = (uint)nearX < (uint)width && (uint)nearY < (uint)height ? plane[(nearY * stride) + nearX] : outside;
        }
    }

    /// <summary>The four pixels around a point by their nearness; those outside of the image count as what stands there.</summary>
    [MethodImpl(Jit.Hot)]
    private void Blend(ReadOnlySpan<byte> plane, int height, int width, int stride, Span<byte> row, double y0, double x0, byte outside)
    {
        for (int x = 0; x < row.Length; x++)
        {
            double fromX = (_xx * x) + x0, fromY = (_yx * x) + y0, floorX = Math.Floor(fromX), floorY = Math.Floor(fromY);
            float right = (float)(fromX - floorX), below = (float)(fromY - floorY);
            int left = (int)floorX, top = (int)floorY;
            float above0 = outside, above1 = outside, below0 = outside, below1 = outside;
            if ((uint)left < (uint)(width - 1) && (uint)top < (uint)(height - 1))
            {
                int at = (top * stride) + left;
                (above0, above1, below0, below1) = (plane[at], plane[at + 1], plane[at + stride], plane[at + stride + 1]);
            }
            else if (left >= -1 && left < width && top >= -1 && top < height)
            {
                bool hasLeft = left >= 0, hasRight = left + 1 < width, hasTop = top >= 0, hasBottom = top + 1 < height;
                int at = (top * stride) + left;
                above0 = hasTop && hasLeft ? plane[at] : outside;
                above1 = hasTop && hasRight ? plane[at + 1] : outside;
                below0 = hasBottom && hasLeft ? plane[at + stride] : outside;
                below1 = hasBottom && hasRight ? plane[at + stride + 1] : outside;
            }

            float upper = (above0 * (1 - right)) + (above1 * right), lower = (below0 * (1 - right)) + (below1 * right);
            row[x] = (byte)MathF.Round((upper * (1 - below)) + (lower * below));
        }
    }
}
