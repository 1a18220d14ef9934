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

    /// <summary>Writes the mapped image; what comes from outside of it is black.</summary>
    [MethodImpl(Jit.Hot)]
    public void Run(Planes from, Planes to, Resampling resampling)
    {
        double halfWidth = (from.Width * 0.5) - 0.5, halfHeight = (from.Height * 0.5) - 0.5;
        for (int y = 0; y < to.Height; y++)
        {
            double v = y - halfHeight, xRow = (_xy * v) + _x0 + halfWidth, yRow = (_yy * v) + _y0 + halfHeight;
            for (int x = 0; x < to.Width; x++)
            {
                double u = x - halfWidth, fromX = (_xx * u) + xRow, fromY = (_yx * u) + yRow;
                if (resampling == Resampling.Nearest)
                {
                    int nearX = (int)Math.Round(fromX), nearY = (int)Math.Round(fromY);
                    bool isInside = (uint)nearX < (uint)from.Width && (uint)nearY < (uint)from.Height;
                    for (int c = 0; c < to.Channels; c++)
                    {
                        to.Row(c, y)[x] = isInside ? from.Row(c, nearY)[nearX] : (byte)0;
                    }
                }
                else
                {
                    Blend(from, to, y, x, fromY, fromX);
                }
            }
        }
    }

    /// <summary>The four pixels around a point by their nearness; those outside of the image count as black.</summary>
    private static void Blend(Planes from, Planes to, int y, int x, double fromY, double fromX)
    {
        double floorX = Math.Floor(fromX), floorY = Math.Floor(fromY);
        float right = (float)(fromX - floorX), below = (float)(fromY - floorY);
        int x0 = (int)floorX, y0 = (int)floorY;
        bool hasLeft = (uint)x0 < (uint)from.Width, hasRight = (uint)(x0 + 1) < (uint)from.Width;
        for (int c = 0; c < to.Channels; c++)
        {
            float sum = 0;
            for (int dy = 0; dy <= 1; dy++)
            {
                if ((uint)(y0 + dy) < (uint)from.Height)
                {
                    ReadOnlySpan<byte> row = from.Row(c, y0 + dy);
                    float line = (hasLeft ? row[x0] * (1 - right) : 0) + (hasRight ? row[x0 + 1] * right : 0);
                    sum += line * (dy == 0 ? 1 - below : below);
                }
            }

            to.Row(c, y)[x] = (byte)MathF.Round(sum);
        }
    }
}
