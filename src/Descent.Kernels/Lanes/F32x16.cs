using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Sixteen floats, one AVX-512 register.</summary>
public readonly unsafe struct F32x16 : ISimdPrimitives<F32x16>
{
    private readonly Vector512<float> _v;

    [MethodImpl(Jit.Inline)]
    public F32x16(Vector512<float> vector) => _v = vector;

    public static int Count
    {
        [MethodImpl(Jit.Inline)]
        get => Vector512<float>.Count;
    }

    public Vector512<float> Vector
    {
        [MethodImpl(Jit.Inline)]
        get => _v;
    }

    [MethodImpl(Jit.Inline)]
    public static F32x16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Jit.Inline)]
    public void Store(float* destination) => _v.Store(destination);

    [MethodImpl(Jit.Inline)]
    public void Stream(float* destination) => _v.StoreAlignedNonTemporal(destination);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Const(double value) => new(Vector512.Create((float)value));

    [MethodImpl(Jit.Inline)]
    public static F32x16 Uniform(float value, string name = "") => new(Vector512.Create(value));

    [MethodImpl(Jit.Inline)]
    public static F32x16 operator +(F32x16 a, F32x16 b) => new(a._v + b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x16 operator -(F32x16 a, F32x16 b) => new(a._v - b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x16 operator *(F32x16 a, F32x16 b) => new(a._v * b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x16 operator /(F32x16 a, F32x16 b) => new(a._v / b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x16 operator -(F32x16 a) => new(-a._v);

    [MethodImpl(Jit.Inline)]
    public static F32x16 MultiplyAdd(F32x16 a, F32x16 b, F32x16 c) =>
        new(FusedMultiplyAdd.IsSupported ? Vector512.FusedMultiplyAdd(a._v, b._v, c._v) : (a._v * b._v) + c._v);

    // The machine's max alone returns b when a is NaN.
    [MethodImpl(Jit.Inline)]
    public static F32x16 Max(F32x16 a, F32x16 b) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a._v, a._v), Vector512.MaxNative(a._v, b._v), a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x16 Min(F32x16 a, F32x16 b) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a._v, a._v), Vector512.MinNative(a._v, b._v), a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x16 Abs(F32x16 a) => new(Vector512.Abs(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x16 Sqrt(F32x16 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x16 Floor(F32x16 a) => new(Vector512.Floor(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x16 Exp(F32x16 a) => ExpF32.Exp(a);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Log(F32x16 a) => LogF32.Log(a);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Pow(F32x16 a, F32x16 b) => PowF32.Pow(a, b);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Sin(F32x16 a) => SinCosF32.Sin(a);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Cos(F32x16 a) => SinCosF32.Cos(a);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Tanh(F32x16 a) => TanhF32.Tanh(a);

    [MethodImpl(Jit.Inline)]
    public static F32x16 Erf(F32x16 a) => ErfF32.Erf(a);

    [MethodImpl(Jit.Inline)]
    public static F32x16 IfGreater(F32x16 a, F32x16 b, F32x16 then, F32x16 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    public static F32x16 IfEqual(F32x16 a, F32x16 b, F32x16 then, F32x16 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.Round(F32x16 a) => new(Vector512.Round(a._v));

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.Scale(F32x16 a, F32x16 n)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.Scale(a._v, n._v));
        }

        // Two factors, because 2ⁿ itself may lie outside the normal range; the first product is exact.
        Vector512<int> whole = Vector512.ConvertToInt32Native(n._v), half = whole >> 1;
        return new(a._v * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.Split(F32x16 x, out F32x16 exponent)
    {
        Vector512<int> twoThirds = Vector512.Create(LogF32.TwoThirdsBits);
        Vector512<int> offset = x._v.AsInt32() - twoThirds;
        exponent = new(Vector512.ConvertToSingle(offset >> 23));
        return new(((offset & Vector512.Create(0x007fffff)) + twoThirds).AsSingle());
    }

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.MaxNative(F32x16 a, F32x16 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.MinNative(F32x16 a, F32x16 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.ProductError(F32x16 a, F32x16 b, F32x16 product)
    {
        if (FusedMultiplyAdd.IsSupported)
        {
            return new(Vector512.FusedMultiplyAdd(a._v, b._v, -product._v));
        }

        // Dekker 1971: products of 12-bit halves are exact.
        Vector512<float> aHigh = HighHalf(a._v), aLow = a._v - aHigh, bHigh = HighHalf(b._v), bLow = b._v - bHigh;
        return new((((aHigh * bHigh) - product._v) + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow));
    }

    [MethodImpl(Jit.Inline)]
    static F32x16 ISimdPrimitives<F32x16>.CopySign(F32x16 magnitude, F32x16 sign) =>
        new(Vector512.CopySign(magnitude._v, sign._v));

    [MethodImpl(Jit.Inline)]
    private static Vector512<float> PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(Jit.Inline)]
    private static Vector512<float> HighHalf(Vector512<float> a) =>
        (a.AsInt32() & Vector512.Create(unchecked((int)0xfffff000))).AsSingle();
}
