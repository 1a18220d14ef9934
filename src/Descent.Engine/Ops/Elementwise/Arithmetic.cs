using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Sum: <c>y = a + b</c>, broadcasting.</summary>
/// <remarks>Gradients: <c>da = dy</c>, <c>db = dy</c>.</remarks>
public readonly struct Add : IBinaryOp, IKeepsIntegers, IRoundsOnce, ICommutative
{
    public static string Name => "add";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => a + b;

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy;

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy;
}

/// <summary>Difference: <c>y = a − b</c>, broadcasting.</summary>
/// <remarks>Gradients: <c>da = dy</c>, <c>db = −dy</c>.</remarks>
public readonly struct Subtract : IBinaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "subtract";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => a - b;

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy;

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => -dy;
}

/// <summary>Product: <c>y = a·b</c>, broadcasting.</summary>
/// <remarks>Gradients: <c>da = dy·b</c>, <c>db = dy·a</c>.</remarks>
public readonly struct Multiply : IBinaryOp, IKeepsIntegers, IRoundsOnce, ICommutative
{
    public static string Name => "multiply";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => a * b;

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy * b;

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy * a;
}

/// <summary>Quotient: <c>y = a / b</c>, broadcasting.</summary>
/// <remarks>Gradients: <c>da = dy / b</c>, <c>db = −dy·y / b</c>. Integers divide as f32.</remarks>
public readonly struct Divide : IBinaryOp, IRoundsOnce
{
    public static string Name => "divide";

    [MethodImpl(Inline)]
    public static V Forward<V>(V a, V b)
        where V : struct, ILanes<V> => a / b;

    [MethodImpl(Inline)]
    public static V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => dy / b;

    [MethodImpl(Inline)]
    public static V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V> => -(dy * y / b);
}

/// <summary>Negation: <c>y = −x</c>.</summary>
/// <remarks>Gradient: <c>dx = −dy</c>.</remarks>
public readonly struct Negate : IUnaryOp, IKeepsIntegers, IRoundsOnce
{
    public static string Name => "negate";

    [MethodImpl(Inline)]
    public static V Forward<V>(V x)
        where V : struct, ILanes<V> => -x;

    [MethodImpl(Inline)]
    public static V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V> => -dy;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Add"/>
    public static Tensor operator +(Tensor a, Tensor b) => Map<Add>(a, b);

    /// <inheritdoc cref="Descent.Add"/>
    public static Tensor operator +(Tensor a, double b) => Map<Add>(a, a.Like(b));

    /// <inheritdoc cref="Descent.Add"/>
    public static Tensor operator +(double a, Tensor b) => Map<Add>(b.Like(a), b);

    /// <inheritdoc cref="Descent.Subtract"/>
    public static Tensor operator -(Tensor a, Tensor b) => Map<Subtract>(a, b);

    /// <inheritdoc cref="Descent.Subtract"/>
    public static Tensor operator -(Tensor a, double b) => Map<Subtract>(a, a.Like(b));

    /// <inheritdoc cref="Descent.Subtract"/>
    public static Tensor operator -(double a, Tensor b) => Map<Subtract>(b.Like(a), b);

    /// <inheritdoc cref="Descent.Multiply"/>
    public static Tensor operator *(Tensor a, Tensor b) => Map<Multiply>(a, b);

    /// <inheritdoc cref="Descent.Multiply"/>
    public static Tensor operator *(Tensor a, double b) => Map<Multiply>(a, a.Like(b));

    /// <inheritdoc cref="Descent.Multiply"/>
    public static Tensor operator *(double a, Tensor b) => Map<Multiply>(b.Like(a), b);

    /// <inheritdoc cref="Descent.Divide"/>
    public static Tensor operator /(Tensor a, Tensor b) => Map<Divide>(a, b);

    /// <inheritdoc cref="Descent.Divide"/>
    public static Tensor operator /(Tensor a, double b) => Map<Divide>(a, a.Like(b));

    /// <inheritdoc cref="Descent.Divide"/>
    public static Tensor operator /(double a, Tensor b) => Map<Divide>(b.Like(a), b);

    /// <inheritdoc cref="Descent.Negate"/>
    public static Tensor operator -(Tensor x) => x.Map<Negate>();

    /// <summary>A node that applies an elementwise formula; a formula of your own needs nothing more.</summary>
    public Tensor Map<TOp>()
        where TOp : struct, IUnaryOp => Apply(Unary<TOp>.Op, this);

    /// <summary>A node that applies an elementwise formula of two arguments, broadcasting.</summary>
    public static Tensor Map<TOp>(Tensor a, Tensor b)
        where TOp : struct, IBinaryOp => Apply(Binary<TOp>.Op, a, b);

    /// <summary>
    /// A number of a formula, in this tensor's element type. An integer tensor takes a fraction as f32, and a number beyond its type in a
    /// wider one.
    /// </summary>
    private Tensor Like(double number)
    {
        DType type = number != Math.Floor(number) || Math.Abs(number) >= 1ul << 63 ? DType.F32
            : number is < int.MinValue or > int.MaxValue ? DType.I64
            : number is < byte.MinValue or > byte.MaxValue || DType == DType.Bool ? DType.I32
            : DType.U8;
        return Scalar(number, DType.IsFloat() ? DType : DTypes.Promote(DType, type), Device);
    }
}
