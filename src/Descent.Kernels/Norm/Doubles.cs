using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Eight doubles that are kept in memory as floats: for sums over few numbers that are to lose nothing.</summary>
internal readonly unsafe struct Doubles
{
    private readonly Vector256<double> _low, _high;

    [MethodImpl(Jit.Inline)]
    private Doubles(Vector256<double> low, Vector256<double> high) => (_low, _high) = (low, high);

    /// <summary>The first <paramref name="count"/> of eight; the others are 0.</summary>
    [MethodImpl(Jit.Inline)]
    public static Doubles Load(float* source, int count)
    {
        (Vector256<double> low, Vector256<double> high) = Vector256.Widen(RowLanes.LoadFirst(source, count, F32x8.Const(0)).Vector);
        return new Doubles(low, high);
    }

    [MethodImpl(Jit.Inline)]
    public void Store(float* destination, int count) =>
        RowLanes.StoreFirst(new F32x8(Vector256.Narrow(_low, _high)), destination, count);

    [MethodImpl(Jit.Inline)]
    public static Doubles operator +(Doubles a, Doubles b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(Jit.Inline)]
    public static Doubles operator -(Doubles a, Doubles b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(Jit.Inline)]
    public static Doubles operator *(Doubles a, Doubles b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(Jit.Inline)]
    public static Doubles operator *(Doubles a, double b) => new(a._low * b, a._high * b);
}
