namespace Descent.Kernels;

/// <summary>One way to compute the weight gradient of a band of output rows of one image.</summary>
internal unsafe interface IBandGradient
{
    /// <summary>Disjoint parts of the gradient that may be computed apart.</summary>
    int Pieces { get; }

    /// <summary>Floats of the gradient in the order of the implementation.</summary>
    nint Floats { get; }

    /// <summary>Independent pieces of <see cref="Store"/>.</summary>
    int StoreUnits { get; }

    /// <summary>Scratch for bands of so many output rows.</summary>
    long ScratchFloats(int bandRows);

    /// <summary>Adds to, or where <paramref name="accumulate"/> is not set overwrites, <paramref name="pieces"/> of the gradient.</summary>
    /// <param name="x">The input image.</param>
    /// <param name="dy">The gradient image.</param>
    /// <param name="dw">The gradient, in the order of the implementation.</param>
    /// <param name="scratch">As many floats as <see cref="ScratchFloats"/> says.</param>
    /// <param name="band">Output rows: [first, last).</param>
    /// <param name="pieces">Pieces: [first, last).</param>
    /// <param name="accumulate">Whether <paramref name="dw"/> holds a sum already.</param>
    void Run(float* x, float* dy, float* dw, float* scratch, (int First, int Last) band, (int First, int Last) pieces, bool accumulate);

    /// <summary>Writes the gradient in logical order, units [firstUnit, lastUnit).</summary>
    void Store(float* gradient, float* dw, int firstUnit, int lastUnit);
}
