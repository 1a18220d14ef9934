using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>One number in double precision: the reference that the vectors are tested against.</summary>
public readonly record struct F64(double Value) : ILanes<F64>
{
    [MethodImpl(Jit.Inline)]
    public static F64 Const(double value) => new(value);

    [MethodImpl(Jit.Inline)]
    public static F64 Uniform(float value, string name = "") => new(value);

    [MethodImpl(Jit.Inline)]
    public static F64 operator +(F64 a, F64 b) => new(a.Value + b.Value);

    [MethodImpl(Jit.Inline)]
    public static F64 operator -(F64 a, F64 b) => new(a.Value - b.Value);

    [MethodImpl(Jit.Inline)]
    public static F64 operator *(F64 a, F64 b) => new(a.Value * b.Value);

    [MethodImpl(Jit.Inline)]
    public static F64 operator /(F64 a, F64 b) => new(a.Value / b.Value);

    [MethodImpl(Jit.Inline)]
    public static F64 operator -(F64 a) => new(-a.Value);

    [MethodImpl(Jit.Inline)]
    public static F64 MultiplyAdd(F64 a, F64 b, F64 c) => new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Max(F64 a, F64 b) => new(Math.Max(a.Value, b.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Min(F64 a, F64 b) => new(Math.Min(a.Value, b.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Abs(F64 a) => new(Math.Abs(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Sqrt(F64 a) => new(Math.Sqrt(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Floor(F64 a) => new(Math.Floor(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Exp(F64 a) => new(Math.Exp(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Log(F64 a) => new(Math.Log(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Pow(F64 a, F64 b) => new(Math.Pow(a.Value, b.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Sin(F64 a) => new(Math.Sin(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Cos(F64 a) => new(Math.Cos(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Tanh(F64 a) => new(Math.Tanh(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 Erf(F64 a) => new(ErfF64.Erf(a.Value));

    [MethodImpl(Jit.Inline)]
    public static F64 IfGreater(F64 a, F64 b, F64 then, F64 otherwise) => a.Value > b.Value ? then : otherwise;

    [MethodImpl(Jit.Inline)]
    public static F64 IfEqual(F64 a, F64 b, F64 then, F64 otherwise) => a.Value == b.Value ? then : otherwise;
}
