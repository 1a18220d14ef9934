namespace Descent.Cli;

/// <summary>Bars of text, in eighths of a character.</summary>
internal static class Bar
{
    private const string Eighths = " ▏▎▍▌▋▊▉█";

    /// <summary>A part in [0, 1] of so many characters, filled up with spaces.</summary>
    public static string Of(double part, int width)
    {
        int eighths = (int)Math.Round(Math.Clamp(part, 0, 1) * width * 8);
        string full = new('█', eighths / 8);
        return (eighths % 8 == 0 ? full : full + Eighths[eighths % 8]).PadRight(width);
    }
}
