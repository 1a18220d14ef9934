using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>One step of a maximum over a window, for kernels that hold the window's pixels in registers.</summary>
internal static class PooledMaximum
{
    /// <summary>
    /// Takes the candidate where it is larger. Of equal ones the first stays; NaN exceeds every number, and the first NaN stays: as
    /// <see cref="MaxPool2dReference"/> has it.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public static void Take<V>(V candidate, V candidatePlace, ref V best, ref V place)
        where V : struct, ISimd<V>
    {
        V larger = V.Max(best, candidate);
        // NaN equals nothing: where the best is NaN the place stays, and where the larger is NaN it moves.
        place = V.IfEqual(best, best, V.IfEqual(larger, best, place, candidatePlace), place);
        best = larger;
    }
}
