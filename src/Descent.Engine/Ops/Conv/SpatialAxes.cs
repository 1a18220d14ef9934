namespace Descent;

/// <summary>How messages name the axes of a batch of sequences, images or volumes.</summary>
internal static class SpatialAxes
{
    public static string Of(int spatial) => spatial switch { 1 => "(N, C, L)", 2 => "(N, C, H, W)", _ => "(N, C, D, H, W)" };
}
