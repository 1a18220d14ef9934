using System.Collections.Frozen;

namespace Descent;

/// <summary>By which names files are taken for images.</summary>
internal static class ImageEndings
{
    private static readonly FrozenSet<string> s_known = FrozenSet.ToFrozenSet(
        [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".pbm", ".pgm", ".ppm", ".pnm"], StringComparer.OrdinalIgnoreCase);

    /// <summary>As a message lists them.</summary>
    public const string Common = ".png, .jpg, .bmp, .gif, .ppm, .pgm";

    public static bool IsImage(string path) => s_known.Contains(Path.GetExtension(path));
}
