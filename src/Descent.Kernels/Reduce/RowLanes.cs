using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>What kernels over rows need of lanes besides whole vectors: the end of a row, and all lanes in one number.</summary>
internal static unsafe class RowLanes
{
    /// <summary>
    /// The first <paramref name="count"/> floats, 0 &lt; count ≤ V.Count, and <paramref name="fill"/> in the other lanes.
    /// </summary>
    /// <remarks>Nothing beyond them is read.</remarks>
    [MethodImpl(Jit.Inline)]
    public static V LoadFirst<V>(float* x, nint count, V fill)
        where V : struct, ISimd<V>
    {
        if (typeof(V) == typeof(F32x16) && Avx512F.IsSupported)
        {
            Vector512<float> rest = ((F32x16)(object)fill).Vector;
            return (V)(object)new F32x16(Avx512F.MaskLoad(x, Mask512(count), rest));
        }
        if (typeof(V) == typeof(F32x8) && Avx2.IsSupported)
        {
            Vector256<float> mask = Mask256(count), rest = ((F32x8)(object)fill).Vector;
            return (V)(object)new F32x8(Vector256.ConditionalSelect(mask, Avx.MaskLoad(x, mask), rest));
        }
        float* lanes = stackalloc float[F32x16.Count];
        fill.Store(lanes);
        for (nint i = 0; i < count; i++)
        {
            lanes[i] = x[i];
        }
        return V.Load(lanes);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes, 0 &lt; count ≤ V.Count, and nothing beyond them.</summary>
    [MethodImpl(Jit.Inline)]
    public static void StoreFirst<V>(V value, float* y, nint count)
        where V : struct, ISimd<V>
    {
        if (typeof(V) == typeof(F32x16) && Avx512F.IsSupported)
        {
            Avx512F.MaskStore(y, Mask512(count), ((F32x16)(object)value).Vector);
            return;
        }
        if (typeof(V) == typeof(F32x8) && Avx2.IsSupported)
        {
            Avx.MaskStore(y, Mask256(count), ((F32x8)(object)value).Vector);
            return;
        }
        float* lanes = stackalloc float[F32x16.Count];
        value.Store(lanes);
        for (nint i = 0; i < count; i++)
        {
            y[i] = lanes[i];
        }
    }

    /// <summary>All lanes in one number, the upper half onto the lower until one is left.</summary>
    [MethodImpl(Jit.Inline)]
    public static float Fold<R, V>(V v)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        if (typeof(V) == typeof(F32x16))
        {
            Vector512<float> all = ((F32x16)(object)v).Vector;
            return Fold<R>(R.Combine(new F32x8(all.GetLower()), new F32x8(all.GetUpper())));
        }
        return typeof(V) == typeof(F32x8) ? Fold<R>((F32x8)(object)v) : Fold<R>((F32x4)(object)v);
    }

    /// <summary>All lanes of each of four vectors, to the bits of <see cref="Fold{R, V}(V)"/>, in the lanes of one.</summary>
    [MethodImpl(Jit.Inline)]
    public static F32x4 Fold<R, V>(V a, V b, V c, V d)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        Vector128<float> va = Quarter<R, V>(a), vb = Quarter<R, V>(b), vc = Quarter<R, V>(c), vd = Quarter<R, V>(d);

        // a₀ b₀ a₁ b₁ with a₂ b₂ a₃ b₃: what the upper half of each came to stands beside the others' lower halves.
        Vector128<float> ab = R.Combine(new F32x4(Interleave(va, vb)), new F32x4(Interleave(Upper(va), Upper(vb)))).Vector;
        Vector128<float> cd = R.Combine(new F32x4(Interleave(vc, vd)), new F32x4(Interleave(Upper(vc), Upper(vd)))).Vector;
        return R.Combine(new F32x4(LowerHalves(ab, cd)), new F32x4(LowerHalves(Upper(ab), Upper(cd))));
    }

    /// <summary>Halves upon halves until four lanes are left.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Quarter<R, V>(V v)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        if (typeof(V) == typeof(F32x16))
        {
            Vector512<float> all = ((F32x16)(object)v).Vector;
            F32x8 half = R.Combine(new F32x8(all.GetLower()), new F32x8(all.GetUpper()));
            return R.Combine(new F32x4(half.Vector.GetLower()), new F32x4(half.Vector.GetUpper())).Vector;
        }
        if (typeof(V) == typeof(F32x8))
        {
            Vector256<float> all = ((F32x8)(object)v).Vector;
            return R.Combine(new F32x4(all.GetLower()), new F32x4(all.GetUpper())).Vector;
        }
        return ((F32x4)(object)v).Vector;
    }

    /// <summary>a₀ b₀ a₁ b₁.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Interleave(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a₀ a₁ b₀ b₁.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> LowerHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveLowToHigh(a, b) : Vector128.Create(a[0], a[1], b[0], b[1]);

    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Upper(Vector128<float> a) => Vector128.Shuffle(a, Vector128.Create(2, 3, 2, 3));

    [MethodImpl(Jit.Inline)]
    private static float Fold<R>(F32x8 v)
        where R : struct, IReduction => Fold<R>(R.Combine(new F32x4(v.Vector.GetLower()), new F32x4(v.Vector.GetUpper())));

    [MethodImpl(Jit.Inline)]
    private static float Fold<R>(F32x4 v)
        where R : struct, IReduction
    {
        v = R.Combine(v, new F32x4(Vector128.Shuffle(v.Vector, Vector128.Create(2, 3, 0, 1))));
        v = R.Combine(v, new F32x4(Vector128.Shuffle(v.Vector, Vector128.Create(1, 0, 3, 2))));
        return v.Vector.ToScalar();
    }

    [MethodImpl(Jit.Inline)]
    private static Vector512<float> Mask512(nint count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)count)).AsSingle();

    [MethodImpl(Jit.Inline)]
    private static Vector256<float> Mask256(nint count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create((int)count)).AsSingle();
}
