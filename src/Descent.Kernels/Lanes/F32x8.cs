using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Eight floats, one AVX2 register.</summary>
public readonly unsafe struct F32x8 : ISimdPrimitives<F32x8>
{
    private readonly Vector256<float> _v;

    [MethodImpl(Jit.Inline)]
    public F32x8(Vector256<float> vector) => _v = vector;

    public static int Count
    {
        [MethodImpl(Jit.Inline)]
        get => Vector256<float>.Count;
    }

    public Vector256<float> Vector
    {
        [MethodImpl(Jit.Inline)]
        get => _v;
    }

    [MethodImpl(Jit.Inline)]
    public static F32x8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Jit.Inline)]
    public void Store(float* destination) => _v.Store(destination);

    [MethodImpl(Jit.Inline)]
    public void Stream(float* destination) => _v.StoreAlignedNonTemporal(destination);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Const(double value) => new(Vector256.Create((float)value));

    [MethodImpl(Jit.Inline)]
    public static F32x8 Uniform(float value, string name = "") => new(Vector256.Create(value));

    [MethodImpl(Jit.Inline)]
    public static F32x8 operator +(F32x8 a, F32x8 b) => new(a._v + b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x8 operator -(F32x8 a, F32x8 b) => new(a._v - b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x8 operator *(F32x8 a, F32x8 b) => new(a._v * b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x8 operator /(F32x8 a, F32x8 b) => new(a._v / b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x8 operator -(F32x8 a) => new(-a._v);

    [MethodImpl(Jit.Inline)]
    public static F32x8 MultiplyAdd(F32x8 a, F32x8 b, F32x8 c) =>
        new(FusedMultiplyAdd.IsSupported ? Vector256.FusedMultiplyAdd(a._v, b._v, c._v) : (a._v * b._v) + c._v);

    // The machine's max alone returns b when a is NaN.
    [MethodImpl(Jit.Inline)]
    public static F32x8 Max(F32x8 a, F32x8 b) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a._v, a._v), Vector256.MaxNative(a._v, b._v), a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x8 Min(F32x8 a, F32x8 b) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a._v, a._v), Vector256.MinNative(a._v, b._v), a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x8 Abs(F32x8 a) => new(Vector256.Abs(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x8 Sqrt(F32x8 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x8 Floor(F32x8 a) => new(Vector256.Floor(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x8 Exp(F32x8 a) => ExpF32.Exp(a);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Log(F32x8 a) => LogF32.Log(a);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Pow(F32x8 a, F32x8 b) => PowF32.Pow(a, b);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Sin(F32x8 a) => SinCosF32.Sin(a);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Cos(F32x8 a) => SinCosF32.Cos(a);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Tanh(F32x8 a) => TanhF32.Tanh(a);

    [MethodImpl(Jit.Inline)]
    public static F32x8 Erf(F32x8 a) => ErfF32.Erf(a);

    [MethodImpl(Jit.Inline)]
    public static F32x8 IfGreater(F32x8 a, F32x8 b, F32x8 then, F32x8 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    public static F32x8 IfEqual(F32x8 a, F32x8 b, F32x8 then, F32x8 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.Round(F32x8 a) => new(Vector256.Round(a._v));

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.Scale(F32x8 a, F32x8 n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(a._v, n._v));
        }

        // Two factors, because 2ⁿ itself may lie outside the normal range; the first product is exact.
        Vector256<int> whole = Vector256.ConvertToInt32Native(n._v), half = whole >> 1;
        return new(a._v * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.Split(F32x8 x, out F32x8 exponent)
    {
        Vector256<int> twoThirds = Vector256.Create(LogF32.TwoThirdsBits);
        Vector256<int> offset = x._v.AsInt32() - twoThirds;
        exponent = new(Vector256.ConvertToSingle(offset >> 23));
        return new(((offset & Vector256.Create(0x007fffff)) + twoThirds).AsSingle());
    }

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.MaxNative(F32x8 a, F32x8 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.MinNative(F32x8 a, F32x8 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.ProductError(F32x8 a, F32x8 b, F32x8 product)
    {
        if (FusedMultiplyAdd.IsSupported)
        {
            return new(Vector256.FusedMultiplyAdd(a._v, b._v, -product._v));
        }

        // Dekker 1971: products of 12-bit halves are exact.
        Vector256<float> aHigh = HighHalf(a._v), aLow = a._v - aHigh, bHigh = HighHalf(b._v), bLow = b._v - bHigh;
        return new((((aHigh * bHigh) - product._v) + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow));
    }

    [MethodImpl(Jit.Inline)]
    static F32x8 ISimdPrimitives<F32x8>.CopySign(F32x8 magnitude, F32x8 sign) =>
        new(Vector256.CopySign(magnitude._v, sign._v));

    [MethodImpl(Jit.Inline)]
    private static Vector256<float> PowerOfTwo(Vector256<int> n) => ((n + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(Jit.Inline)]
    private static Vector256<float> HighHalf(Vector256<float> a) =>
        (a.AsInt32() & Vector256.Create(unchecked((int)0xfffff000))).AsSingle();
}
