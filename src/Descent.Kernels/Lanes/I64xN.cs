using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// As many 64-bit integers as a vector of the machine holds: formulas whose results are integers run over them exactly, wrapping around.
/// </summary>
/// <remarks>Division and transcendental functions have no integer result: formulas that use them run in f32.</remarks>
public readonly unsafe struct I64xN : ILanes<I64xN>
{
    private readonly Vector<long> _v;

    [MethodImpl(Jit.Inline)]
    private I64xN(Vector<long> vector) => _v = vector;

    /// <summary>How many integers a vector holds.</summary>
    public static int Count
    {
        [MethodImpl(Jit.Inline)]
        get => Vector<long>.Count;
    }

    /// <summary>The first of them.</summary>
    public long First
    {
        [MethodImpl(Jit.Inline)]
        get => _v.ToScalar();
    }

    [MethodImpl(Jit.Inline)]
    public static I64xN Load(long* source) => new(Vector.Load(source));

    [MethodImpl(Jit.Inline)]
    public void Store(long* destination) => _v.Store(destination);

    [MethodImpl(Jit.Inline)]
    public static I64xN All(long value) => new(Vector.Create(value));

    /// <summary>An infinity is the integer next to it, so that it stays the identity of a maximum or minimum.</summary>
    [MethodImpl(Jit.Inline)]
    public static I64xN Const(double value) => All((long)value);

    [MethodImpl(Jit.Inline)]
    public static I64xN Uniform(float value, string name = "") => All((long)value);

    [MethodImpl(Jit.Inline)]
    public static I64xN operator +(I64xN a, I64xN b) => new(a._v + b._v);

    [MethodImpl(Jit.Inline)]
    public static I64xN operator -(I64xN a, I64xN b) => new(a._v - b._v);

    [MethodImpl(Jit.Inline)]
    public static I64xN operator *(I64xN a, I64xN b) => new(a._v * b._v);

    [MethodImpl(Jit.Inline)]
    public static I64xN operator -(I64xN a) => new(-a._v);

    [MethodImpl(Jit.Inline)]
    public static I64xN MultiplyAdd(I64xN a, I64xN b, I64xN c) => new((a._v * b._v) + c._v);

    [MethodImpl(Jit.Inline)]
    public static I64xN Max(I64xN a, I64xN b) => new(Vector.Max(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    public static I64xN Min(I64xN a, I64xN b) => new(Vector.Min(a._v, b._v));

    [MethodImpl(Jit.Inline)]
    public static I64xN Abs(I64xN a) => new(Vector.ConditionalSelect(Vector.LessThan(a._v, Vector<long>.Zero), -a._v, a._v));

    [MethodImpl(Jit.Inline)]
    public static I64xN Floor(I64xN a) => a;

    [MethodImpl(Jit.Inline)]
    public static I64xN IfGreater(I64xN a, I64xN b, I64xN then, I64xN otherwise) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    public static I64xN IfEqual(I64xN a, I64xN b, I64xN then, I64xN otherwise) =>
        new(Vector.ConditionalSelect(Vector.Equals(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(Jit.Inline)]
    public static I64xN operator /(I64xN a, I64xN b) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Sqrt(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Exp(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Log(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Pow(I64xN a, I64xN b) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Sin(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Cos(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Tanh(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    public static I64xN Erf(I64xN a) => throw NotAnInteger();

    [MethodImpl(Jit.Inline)]
    private static NotSupportedException NotAnInteger() => new("A formula that is marked as exact on integers leaves them.");
}
