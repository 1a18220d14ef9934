using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>How far the maximum of a window lies from the window's first pixel: a·row + b·column for the place a·KernelW + b.</summary>
internal static unsafe class PlaceOffsets
{
    [MethodImpl(Jit.Hot)]
    public static void Run(float* places, int kernelW, int row, int column, int* offsets, nint count)
    {
        nint i = 0;
        // Half a place more, so that rounding cannot fall below a whole number.
        var half = new Vector<float>(0.5f);
        var scale = new Vector<float>(1f / kernelW);
        Vector<int> width = new(kernelW), rows = new(row), columns = new(column);
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.Load(places + i);
            Vector<int> a = Vector.ConvertToInt32(Vector.Floor((place + half) * scale));
            Vector<int> b = Vector.ConvertToInt32(place) - (a * width);
            ((a * rows) + (b * columns)).Store(offsets + i);
        }
        for (; i < count; i++)
        {
            (int a, int b) = Math.DivRem((int)places[i], kernelW);
            offsets[i] = (a * row) + (b * column);
        }
    }
}
