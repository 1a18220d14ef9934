using System.Numerics;

namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class ElementCastTests
{
    private static readonly double[] s_floats =
        [0, -0.0, 0.75, -0.75, 1.5, 254.9, 256, -1, 3e9, -3e9, 1e19, -1e19, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly long[] s_integers = [0, 1, -1, 255, 256, -257, (1L << 24) + 1, (1L << 31) + 5, (1L << 53) + 1, long.MaxValue, long.MinValue];

    [Fact]
    public void Floats_are_cut_towards_zero_and_end_at_the_limits_of_the_type()
    {
        Assert.Equal([0, 0, 0, 0, 1, 254, 255, 0, 255, 0, 255, 0, 0, 255, 0], Cast<double, byte>(s_floats));
        Assert.Equal(
            [0, 0, 0, 0, 1, 254, 256, -1, int.MaxValue, int.MinValue, int.MaxValue, int.MinValue, 0, int.MaxValue, int.MinValue],
            Cast<double, int>(s_floats));
        Assert.Equal(
            [0, 0, 0, 0, 1, 254, 256, -1, 3_000_000_000, -3_000_000_000, long.MaxValue, long.MinValue, 0, long.MaxValue, long.MinValue],
            Cast<double, long>(s_floats));
        float[] singles = [.. s_floats.Select(x => (float)x)];
        Assert.Equal(Cast<double, int>([.. singles.Select(x => (double)x)]), Cast<float, int>(singles));
        Assert.Equal(Cast<double, byte>([.. singles.Select(x => (double)x)]), Cast<float, byte>(singles));
        Assert.Equal(singles, Cast<double, float>(s_floats));
    }

    [Fact]
    public void Integers_keep_their_low_bits_and_round_to_the_nearest_float()
    {
        Assert.Equal(s_integers.Select(x => unchecked((int)x)), Cast<long, int>(s_integers));
        Assert.Equal(s_integers.Select(x => unchecked((byte)x)), Cast<long, byte>(s_integers));
        Assert.Equal(s_integers.Select(x => (float)x), Cast<long, float>(s_integers));
        Assert.Equal(s_integers.Select(x => (double)x), Cast<long, double>(s_integers));
        Assert.Equal(s_integers, Cast<long, long>(s_integers));
        Assert.Equal([0, 200, 255L], Cast<byte, long>([0, 200, 255]));
    }

    [Fact]
    public void Every_number_but_0_is_true()
    {
        byte[] y = new byte[4];
        float[] x = [0, -0f, float.NaN, 0.001f];
        long[] n = [0, 1L << 40, -1, 0];
        fixed (byte* to = y)
        fixed (float* from = x)
        fixed (long* integers = n)
        {
            ElementCast.ToBool<float>(from, to, 4);
            Assert.Equal([0, 0, 1, 1], y);
            ElementCast.ToBool<long>(integers, to, 4);
            Assert.Equal([0, 1, 1, 0], y);
        }
    }

    private static TTo[] Cast<TFrom, TTo>(TFrom[] x)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        TTo[] y = new TTo[x.Length + 1];
        y[^1] = TTo.One;
        fixed (TFrom* from = x)
        fixed (TTo* to = y)
        {
            ElementCast.Run<TFrom, TTo>(from, to, x.Length);
        }

        Assert.Equal(TTo.One, y[^1]);
        return y[..^1];
    }
}
