using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Four floats, one SSE or NEON register; runs everywhere.</summary>
public readonly unsafe struct F32x4 : ISimdPrimitives<F32x4>
{
    private readonly Vector128<float> _v;

    [MethodImpl(Jit.Inline)]
    public F32x4(Vector128<float> vector) => _v = vector;

    public static int Count
    {
        [MethodImpl(Jit.Inline)]
        get => Vector128<float>.Count;
    }

    public Vector128<float> Vector
    {
        [MethodImpl(Jit.Inline)]
        get => _v;
    }

    [MethodImpl(Jit.Inline)]
    public static F32x4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Jit.Inline)]
    public void Store(float* destination) => _v.Store(destination);

    [MethodImpl(Jit.Inline)]
    public void Stream(float* destination) => _v.StoreAlignedNonTemporal(destination);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Const(double value) => new(Vector128.Create((float)value));

    [MethodImpl(Jit.Inline)]
    public static F32x4 Uniform(float value, string name = "") => new(Vector128.Create(value));

    [MethodImpl(Jit.Inline)]
    public static F32x4 operator +(F32x4 a, F32x4 b) => new(a._v + b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x4 operator -(F32x4 a, F32x4 b) => new(a._v - b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x4 operator *(F32x4 a, F32x4 b) => new(a._v * b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x4 operator /(F32x4 a, F32x4 b) => new(a._v / b._v);

    [MethodImpl(Jit.Inline)]
    public static F32x4 operator -(F32x4 a) => new(-a._v);

    [MethodImpl(Jit.Inline)]
    public static F32x4 MultiplyAdd(F32x4 a, F32x4 b, F32x4 c) =>
        new(FusedMultiplyAdd.IsSupported ? Vector128.FusedMultiplyAdd(a._v, b._v, c._v) : (a._v * b._v) + c._v);

    // The machine's max alone returns b when a is NaN.
    [MethodImpl(Jit.Inline)]
    public static F32x4 Max(F32x4 a, F32x4 b) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a._v, a._v), Vector128.MaxNative(a._v, b._v), a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x4 Min(F32x4 a, F32x4 b) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a._v, a._v), Vector128.MinNative(a._v, b._v), a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x4 Abs(F32x4 a) => new(Vector128.Abs(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x4 Sqrt(F32x4 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x4 Floor(F32x4 a) => new(Vector128.Floor(a._v));

    [MethodImpl(Jit.Inline)]
    public static F32x4 Exp(F32x4 a) => ExpF32.Exp(a);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Log(F32x4 a) => LogF32.Log(a);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Pow(F32x4 a, F32x4 b) => PowF32.Pow(a, b);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Sin(F32x4 a) => SinCosF32.Sin(a);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Cos(F32x4 a) => SinCosF32.Cos(a);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Tanh(F32x4 a) => TanhF32.Tanh(a);

    [MethodImpl(Jit.Inline)]
    public static F32x4 Erf(F32x4 a) => ErfF32.Erf(a);

    [MethodImpl(Jit.Inline)]
    public static F32x4 IfGreater(F32x4 a, F32x4 b, F32x4 then, F32x4 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    public static F32x4 IfEqual(F32x4 a, F32x4 b, F32x4 then, F32x4 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.Round(F32x4 a) => new(Vector128.Round(a._v));

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.Scale(F32x4 a, F32x4 n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(a._v, n._v));
        }

        // Two factors, because 2ⁿ itself may lie outside the normal range; the first product is exact.
        Vector128<int> whole = Vector128.ConvertToInt32Native(n._v), half = whole >> 1;
        return new(a._v * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.Split(F32x4 x, out F32x4 exponent)
    {
        Vector128<int> twoThirds = Vector128.Create(LogF32.TwoThirdsBits);
        Vector128<int> offset = x._v.AsInt32() - twoThirds;
        exponent = new(Vector128.ConvertToSingle(offset >> 23));
        return new(((offset & Vector128.Create(0x007fffff)) + twoThirds).AsSingle());
    }

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.MaxNative(F32x4 a, F32x4 b) => new(Vector128.MaxNative(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.MinNative(F32x4 a, F32x4 b) => new(Vector128.MinNative(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.ProductError(F32x4 a, F32x4 b, F32x4 product)
    {
        if (FusedMultiplyAdd.IsSupported)
        {
            return new(Vector128.FusedMultiplyAdd(a._v, b._v, -product._v));
        }

        // Dekker 1971: products of 12-bit halves are exact.
        Vector128<float> aHigh = HighHalf(a._v), aLow = a._v - aHigh, bHigh = HighHalf(b._v), bLow = b._v - bHigh;
        return new((((aHigh * bHigh) - product._v) + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow));
    }

    [MethodImpl(Jit.Inline)]
    static F32x4 ISimdPrimitives<F32x4>.CopySign(F32x4 magnitude, F32x4 sign) =>
        new(Vector128.CopySign(magnitude._v, sign._v));

    [MethodImpl(Jit.Inline)]
    private static Vector128<float> PowerOfTwo(Vector128<int> n) => ((n + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(Jit.Inline)]
    private static Vector128<float> HighHalf(Vector128<float> a) =>
        (a.AsInt32() & Vector128.Create(unchecked((int)0xfffff000))).AsSingle();
}
