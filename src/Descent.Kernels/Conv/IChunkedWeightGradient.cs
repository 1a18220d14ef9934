namespace Descent.Kernels;

/// <summary>
/// One way to compute the gradient of a convolution by its weights: sums over chunks of pixels, which are then added up, and an order of
/// its own that is brought into the logical one at the end.
/// </summary>
internal unsafe interface IChunkedWeightGradient
{
    /// <summary>Disjoint parts of the pixels; a function of the shape alone.</summary>
    int Chunks { get; }

    /// <summary>Disjoint parts of the gradient that are computed apart.</summary>
    int Splits { get; }

    /// <summary>Floats of the gradient in the order of the implementation.</summary>
    nint Floats { get; }

    /// <summary>Scratch of a worker.</summary>
    nint ScratchFloats { get; }

    /// <summary>Independent pieces of <see cref="Store"/>.</summary>
    int StoreUnits { get; }

    /// <summary>Sums one chunk of pixels for one part of the gradient.</summary>
    /// <param name="chunk">Which pixels.</param>
    /// <param name="split">Which part.</param>
    /// <param name="args">The images, and whether the bias gradient is wanted.</param>
    /// <param name="partial">Overwritten: the part of the gradient; behind the gradient the bias gradient (K), by one split or in parts.</param>
    /// <param name="scratch">As many floats as <see cref="ScratchFloats"/> says.</param>
    void Run(int chunk, int split, in WeightGradientArgs args, float* partial, float* scratch);

    /// <summary>Writes the gradient in logical order, units [firstUnit, lastUnit); what is read may be overwritten.</summary>
    void Store(float* gradient, float* dw, int firstUnit, int lastUnit);
}
