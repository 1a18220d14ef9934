namespace Descent;

/// <summary>Mixes an image with black: <c>factor·x</c>.</summary>
internal static class Brightness
{
    /// <summary>May work in place.</summary>
    public static void Adjust(Planes from, Planes to, double factor)
    {
        Span<byte> table = stackalloc byte[256];
        PointMap.Blend(table, factor, 0);
        PointMap.Run(from, to, table);
    }
}
