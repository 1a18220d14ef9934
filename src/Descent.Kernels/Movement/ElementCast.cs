using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The same numbers in another element type.</summary>
/// <remarks>
/// To a float: rounded to the nearest. From a float to an integer: cut off towards zero, the nearest limit of the type beyond its range, 0
/// for NaN. From an integer to a narrower one: the low bits.
/// </remarks>
public static unsafe class ElementCast
{
    /// <summary><paramref name="n"/> numbers from <paramref name="x"/> to <paramref name="y"/>.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run<TFrom, TTo>(void* x, void* y, nint n)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        TFrom* from = (TFrom*)x;
        TTo* to = (TTo*)y;
        for (nint i = 0; i < n; i++)
        {
            to[i] = TTo.CreateTruncating(from[i]);
        }
    }

    /// <summary>1 for every number but 0, NaN included.</summary>
    [MethodImpl(Jit.Hot)]
    public static void ToBool<TFrom>(void* x, void* y, nint n)
        where TFrom : unmanaged, INumber<TFrom>
    {
        TFrom* from = (TFrom*)x;
        byte* to = (byte*)y;
        for (nint i = 0; i < n; i++)
        {
            to[i] = from[i] != TFrom.Zero ? (byte)1 : (byte)0;
        }
    }
}
