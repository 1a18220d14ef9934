using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The one-dimensional transforms of the minimal filtering algorithm F(4, 3): four outputs of a filter with three taps by six products,
/// <c>y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]</c>, where direct computation takes twelve.
/// </summary>
/// <remarks>
/// The six products are the values of the polynomial product at the points 0, 1, −1, 2, −2 and ∞ (Toom and Cook); Bᵀ evaluates the input,
/// G the filter, and Aᵀ interpolates:
/// <code>
///      ⎡4  0 −5  0 1 0⎤        ⎡  ¼    0    0 ⎤        ⎡1 1  1 1  1 0⎤
///      ⎢0 −4 −4  1 1 0⎥        ⎢−1⁄6 −1⁄6 −1⁄6⎥   Aᵀ = ⎢0 1 −1 2 −2 0⎥
/// Bᵀ = ⎢0  4 −4 −1 1 0⎥    G = ⎢−1⁄6  1⁄6 −1⁄6⎥        ⎢0 1  1 4  4 0⎥
///      ⎢0 −2 −1  2 1 0⎥        ⎢1⁄24 1⁄12  1⁄6⎥        ⎣0 1 −1 8 −8 1⎦
///      ⎢0  2 −1 −2 1 0⎥        ⎢1⁄24−1⁄12  1⁄6⎥
///      ⎣0  4  0 −5 0 1⎦        ⎣  0    0    1 ⎦
/// </code>
/// In two dimensions every transform is done to the columns and then to the rows: F(4×4, 3×3) has <c>Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A</c> with
/// 36 products for 16 outputs of 9 taps, four times fewer. Its gradient by the filter is <c>Gᵀ[(A dY Aᵀ) ⊙ (Bᵀ d B)]G</c>.
/// Vectors run over channels. Each method reads one line of values and writes one line, <c>step</c> floats apart.
/// Numerics: single multiply-adds where a row allows; see <see cref="Conv2dAlgorithms"/> for the error.
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015 (https://arxiv.org/abs/1509.09308), section 4.3.
/// </remarks>
internal static unsafe class WinogradTransforms
{
    /// <summary>Outputs of a tile along one axis.</summary>
    public const int Outputs = 4;

    /// <summary>Taps of the filter along one axis.</summary>
    public const int Taps = 3;

    /// <summary>Inputs of a tile, and points at which they are evaluated, along one axis.</summary>
    public const int Points = 6;

    /// <summary>Products of a two-dimensional tile.</summary>
    public const int Products = Points * Points;

    /// <summary>Bᵀd, from inputs to points.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Input<V>(V d0, V d1, V d2, V d3, V d4, V d5, out V p0, out V p1, out V p2, out V p3, out V p4, out V p5)
        where V : struct, ISimd<V>
    {
        V four = V.Const(4), minusFour = V.Const(-4), minusFive = V.Const(-5), two = V.Const(2), minusTwo = V.Const(-2);
        V evenOne = V.MultiplyAdd(minusFour, d2, d4), oddOne = V.MultiplyAdd(minusFour, d1, d3);
        V evenTwo = d4 - d2, oddTwo = d3 - d1;
        p0 = V.MultiplyAdd(four, d0, V.MultiplyAdd(minusFive, d2, d4));
        p1 = evenOne + oddOne;
        p2 = evenOne - oddOne;
        p3 = V.MultiplyAdd(two, oddTwo, evenTwo);
        p4 = V.MultiplyAdd(minusTwo, oddTwo, evenTwo);
        p5 = V.MultiplyAdd(four, d1, V.MultiplyAdd(minusFive, d3, d5));
    }

    /// <summary>A·dy, from gradients of outputs to points: the transpose of <see cref="Output"/>.</summary>
    [MethodImpl(Jit.Inline)]
    public static void OutputGradient<V>(V d0, V d1, V d2, V d3, out V p0, out V p1, out V p2, out V p3, out V p4, out V p5)
        where V : struct, ISimd<V>
    {
        V four = V.Const(4), two = V.Const(2), minusTwo = V.Const(-2);
        V evenOne = d0 + d2, oddOne = d1 + d3;
        V evenTwo = V.MultiplyAdd(four, d2, d0), oddTwo = V.MultiplyAdd(four, d3, d1);
        p0 = d0;
        p1 = evenOne + oddOne;
        p2 = evenOne - oddOne;
        p3 = V.MultiplyAdd(two, oddTwo, evenTwo);
        p4 = V.MultiplyAdd(minusTwo, oddTwo, evenTwo);
        p5 = d3;
    }

    /// <summary>Aᵀm, from points <paramref name="step"/> floats apart to outputs.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Output<V>(float* from, nint step, out V y0, out V y1, out V y2, out V y3)
        where V : struct, ISimd<V>
    {
        V m1 = V.Load(from + step), m2 = V.Load(from + (2 * step)), m3 = V.Load(from + (3 * step)), m4 = V.Load(from + (4 * step));
        V evenOne = m1 + m2, oddOne = m1 - m2, evenTwo = m3 + m4, oddTwo = m3 - m4;
        y0 = V.Load(from) + evenOne + evenTwo;
        y1 = V.MultiplyAdd(V.Const(2), oddTwo, oddOne);
        y2 = V.MultiplyAdd(V.Const(4), evenTwo, evenOne);
        y3 = V.MultiplyAdd(V.Const(8), oddTwo, oddOne) + V.Load(from + (5 * step));
    }

    /// <summary>G·g, from taps to points.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Filter<V>(V g0, V g1, V g2, float* to, nint step)
        where V : struct, ISimd<V>
    {
        V sixth = V.Const(1.0 / 6), twelfth = V.Const(1.0 / 12);
        V evenOne = (g0 + g2) * V.Const(-1.0 / 6), oddOne = g1 * sixth;
        V evenTwo = V.MultiplyAdd(V.Const(1.0 / 24), g0, g2 * sixth), oddTwo = g1 * twelfth;
        (g0 * V.Const(0.25)).Store(to);
        (evenOne - oddOne).Store(to + step);
        (evenOne + oddOne).Store(to + (2 * step));
        (evenTwo + oddTwo).Store(to + (3 * step));
        (evenTwo - oddTwo).Store(to + (4 * step));
        g2.Store(to + (5 * step));
    }

    /// <summary>Gᵀu, from points <paramref name="fromStep"/> floats apart to gradients of taps: the transpose of <see cref="Filter"/>.</summary>
    [MethodImpl(Jit.Inline)]
    public static void FilterGradient<V>(float* from, nint fromStep, float* to, nint step)
        where V : struct, ISimd<V>
    {
        V u1 = V.Load(from + fromStep), u2 = V.Load(from + (2 * fromStep)), u3 = V.Load(from + (3 * fromStep)), u4 = V.Load(from + (4 * fromStep));
        V evenOne = (u1 + u2) * V.Const(-1.0 / 6), evenTwo = u3 + u4;
        V.MultiplyAdd(V.Const(0.25), V.Load(from), V.MultiplyAdd(V.Const(1.0 / 24), evenTwo, evenOne)).Store(to);
        V.MultiplyAdd(V.Const(1.0 / 6), u2 - u1, (u3 - u4) * V.Const(1.0 / 12)).Store(to + step);
        (V.MultiplyAdd(V.Const(1.0 / 6), evenTwo, evenOne) + V.Load(from + (5 * fromStep))).Store(to + (2 * step));
    }
}
