namespace Descent.Kernels;

/// <summary>
/// Matrices of equal size behind each other, one per product of a Winograd tile, each row whole vectors long.
/// </summary>
/// <param name="Origin">Plane 0, row 0.</param>
/// <param name="Rows">Rows of a plane.</param>
/// <param name="Pitch">Distance of rows.</param>
internal readonly unsafe record struct Planes(nint Origin, int Rows, int Pitch)
{
    // A distance that is a power of two would put the same row of all planes into the same few lines of the cache.
    private const int Gap = 16;

    /// <summary>Distance of planes.</summary>
    public nint Stride => StrideOf(Rows, Pitch);

    public float* Row(int row) => (float*)Origin + (row * (nint)Pitch);

    /// <summary>The same planes without the rows and columns before these.</summary>
    public Planes From(int row, int column) => this with { Origin = Origin + ((row * (nint)Pitch) + column) * sizeof(float) };

    public float* this[int plane] => (float*)Origin + (plane * Stride);

    public static nint StrideOf(int rows, int pitch) => ((nint)rows * pitch) + Gap;

    /// <summary>Floats of all planes.</summary>
    public static nint FloatsOf(int rows, int pitch) => WinogradTransforms.Products * StrideOf(rows, pitch);

    /// <summary>Whole vectors for so many columns.</summary>
    public static int PitchOf(int columns) => (columns + Microkernel.Width - 1) / Microkernel.Width * Microkernel.Width;
}
