using System.Runtime.CompilerServices;

namespace Descent.Kernels.Tests;

/// <summary>What formulas may rely on, whatever the lanes.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class LaneTests
{
    [Fact]
    public void Vectors_of_every_width_give_the_same_bits()
    {
        SameBits<ExpOp>();
        SameBits<LogOp>();
        SameBits<TanhOp>();
        SameBits<ErfOp>();
        SameBits<SinOp>();
        SameBits<CosOp>();
        SameBits<ReluOp>();
        SameBits<MixedOp>();
        SameBits<SquareRootPower>();
    }

    [Fact]
    public void Max_and_min_are_not_a_number_when_either_operand_is()
    {
        NanRules<F32x4>();
        NanRules<F32x8>();
        NanRules<F32x16>();
        Assert.True(double.IsNaN(F64.Max(new(double.NaN), new(1)).Value) && double.IsNaN(F64.Max(new(1), new(double.NaN)).Value));
        Assert.True(double.IsNaN(F64.Min(new(double.NaN), new(1)).Value) && double.IsNaN(F64.Min(new(1), new(double.NaN)).Value));
        Assert.True(double.IsNaN(Dual.Max(Dual.Const(double.NaN), Dual.Const(1)).Value));
        Assert.True(double.IsNaN(Dual.Max(Dual.Const(1), Dual.Const(double.NaN)).Value));
        Assert.True(double.IsNaN(Dual.Min(Dual.Const(double.NaN), Dual.Const(1)).Value));
        Assert.True(double.IsNaN(Dual.Min(Dual.Const(1), Dual.Const(double.NaN)).Value));
    }

    [Fact]
    public void Comparisons_with_not_a_number_are_false()
    {
        Assert.Equal(2, First(F32x16.IfGreater(F32x16.Const(double.NaN), F32x16.Const(0), F32x16.Const(1), F32x16.Const(2))));
        Assert.Equal(2, First(F32x8.IfGreater(F32x8.Const(0), F32x8.Const(double.NaN), F32x8.Const(1), F32x8.Const(2))));
        Assert.Equal(2, First(F32x4.IfEqual(F32x4.Const(double.NaN), F32x4.Const(double.NaN), F32x4.Const(1), F32x4.Const(2))));
        Assert.Equal(2, F64.IfEqual(new(double.NaN), new(double.NaN), new(1), new(2)).Value);
    }

    private static void NanRules<V>()
        where V : struct, ISimd<V>
    {
        V nan = V.Const(double.NaN), one = V.Const(1), two = V.Const(2);
        Assert.All([V.Max(nan, one), V.Max(one, nan), V.Min(nan, one), V.Min(one, nan)], v => Assert.True(float.IsNaN(First(v))));
        Assert.Equal((2f, 1f), (First(V.Max(one, two)), First(V.Min(two, one))));
    }

    private static float First<V>(V vector)
        where V : struct, ISimd<V>
    {
        float* buffer = stackalloc float[V.Count];
        vector.Store(buffer);
        return buffer[0];
    }

    private static void SameBits<TOp>()
        where TOp : struct, IUnaryOp
    {
        int count = SimdTiers.Samples(1 << 16) & ~15;
        float[] x = [.. FloatSamples.BitPatterns(count, 20), .. FloatSamples.Between(-20, 20, count, 21), .. FloatSamples.Edges];
        Array.Resize(ref x, x.Length & ~15);
        float[] narrow = Apply<TOp, F32x4>(x);
        Assert.Equal(Bits(narrow), Bits(Apply<TOp, F32x8>(x)));
        Assert.Equal(Bits(narrow), Bits(Apply<TOp, F32x16>(x)));
    }

    // Which NaN comes out is left to the machine.
    private static int[] Bits(float[] values) =>
        Array.ConvertAll(values, value => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value));

    [MethodImpl(Jit.Hot)]
    private static float[] Apply<TOp, V>(float[] x)
        where TOp : struct, IUnaryOp
        where V : struct, ISimd<V>
    {
        float[] y = new float[x.Length];
        fixed (float* source = x, destination = y)
        {
            for (int i = 0; i < x.Length; i += V.Count)
            {
                TOp.Forward(V.Load(source + i)).Store(destination + i);
            }
        }

        return y;
    }

    private readonly struct SquareRootPower : IUnaryOp
    {
        public static string Name => "pow(x, 1.7)";

        [MethodImpl(Jit.Inline)]
        public static V Forward<V>(V x)
            where V : struct, ILanes<V> => V.Pow(x, V.Const(1.7));

        [MethodImpl(Jit.Inline)]
        public static V Backward<V>(V x, V y, V dy)
            where V : struct, ILanes<V> => dy * V.Const(1.7) * V.Pow(x, V.Const(0.7));
    }
}
